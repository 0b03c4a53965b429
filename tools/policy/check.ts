import type { Model } from "../model/model.ts";
import { type KubeObject } from "../render/object.ts";
import type { Placed } from "../render/render.ts";

/** What a check looks at: one environment, drawn. */
export interface Subject {
  readonly model: Model;
  readonly placed: readonly Placed[];
}

export interface Violation {
  readonly object: Placed;
  readonly message: string;
  readonly fix: string;
}

/** One rule, in one file. Its code never changes its meaning: exceptions name it. */
export interface Check {
  readonly code: string;
  /** What must be so. */
  readonly title: string;
  /** What others call it, as `<tool>/<id>`: an exception for our code answers these too. */
  readonly tags?: readonly string[];
  readonly run: (subject: Subject) => readonly Violation[];
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: Readonly<Record<string, { readonly name?: string; readonly key?: string }>>;
  }[];
  readonly envFrom?: readonly {
    readonly secretRef?: { readonly name: string };
    readonly configMapRef?: { readonly name: string };
  }[];
  readonly resources?: {
    readonly requests?: Readonly<Record<string, string>>;
    readonly limits?: Readonly<Record<string, string>>;
  };
  readonly securityContext?: SecurityContext & {
    readonly privileged?: boolean;
    readonly allowPrivilegeEscalation?: boolean;
    readonly readOnlyRootFilesystem?: boolean;
    readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  };
  readonly livenessProbe?: object;
  readonly readinessProbe?: object;
}

interface SecurityContext {
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
}

export interface PodSpec {
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly securityContext?: SecurityContext;
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly {
    readonly persistentVolumeClaim?: { readonly claimName: string };
    readonly projected?: {
      readonly sources: readonly Readonly<
        Record<string, { readonly name: string; readonly items: readonly { readonly key: string }[] }>
      >[];
    };
  }[];
}

/** Every object that makes pods, with their specification and labels. */
export function pods(
  subject: Subject,
): { readonly object: Placed; readonly spec: PodSpec; readonly labels: Readonly<Record<string, string>> }[] {
  return subject.placed.flatMap((object) => {
    const template = (
      object.object["spec"] as
        | { template?: { spec?: PodSpec; metadata?: { labels?: Record<string, string> } } }
        | undefined
    )?.template;
    return template?.spec ? [{ object, spec: template.spec, labels: template.metadata?.labels ?? {} }] : [];
  });
}

/** Every container of every pod, init containers included. */
export function containers(
  subject: Subject,
): { readonly object: Placed; readonly container: Container; readonly spec: PodSpec }[] {
  return pods(subject).flatMap(({ object, spec }) =>
    [...(spec.initContainers ?? []), ...spec.containers].map((container) => ({ object, container, spec })),
  );
}

export function ofKind(subject: Subject, kind: string): Placed[] {
  return subject.placed.filter(({ object }) => object.kind === kind);
}

export function idOf({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.name}`;
}
