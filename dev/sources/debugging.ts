import type { KubeObject } from "../../tools/render/object.ts";
import type { Drawing, PortForward, ServiceTarget, Target } from "../core/target.ts";
import { shortHash } from "../../tools/lib/hash.ts";

/** Where debuggers look by default. https://nodejs.org/en/learn/getting-started/debugging https://docs.oracle.com/en/java/javase/21/docs/specs/jpda/conninv.html */
export const INSPECTORS = { node: 9229, java: 5005 } as const;

/**
 * Variables that open the inspector of whatever program runs: one that is of another kind does not look at them. On
 * loopback only, which is where a forward comes in.
 */
const OPENED: Readonly<Record<string, string>> = {
  NODE_OPTIONS: `--inspect=127.0.0.1:${INSPECTORS.node}`,
  JAVA_TOOL_OPTIONS: `-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:${INSPECTORS.java}`,
};

/**
 * The same target, with one pod of one service that can be debugged: its inspector is open and forwarded, and no probe
 * kills what stands at a breakpoint. Pure.
 */
export function debugging(target: Target, service: string): Target {
  return {
    ...target,
    services: target.services.map((one) => (one.name === service ? withInspectorPorts(one) : one)),
    draw: (name, images) => {
      const drawing = target.draw(name, images);
      return name === service ? opened(drawing, service) : drawing;
    },
  };
}

function withInspectorPorts(service: ServiceTarget): ServiceTarget {
  const forwards: PortForward[] = Object.entries(INSPECTORS).map(([port, number]) => ({
    port,
    containerPort: number,
    localPort: number,
  }));
  return { ...service, forwards: [...service.forwards, ...forwards] };
}

function opened({ objects }: Drawing, service: string): Drawing {
  const drawn = objects
    .filter(({ kind }) => kind !== "HorizontalPodAutoscaler")
    .map((object) => openedObject(object, service));
  return { objects: drawn, digest: shortHash(JSON.stringify(drawn)) };
}

interface Workload extends KubeObject {
  readonly spec: {
    readonly replicas?: number;
    readonly template: { readonly spec: { readonly containers: readonly Container[] } };
  };
}

interface Container {
  readonly name: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
}

function openedObject(object: KubeObject, service: string): KubeObject {
  if (object.kind !== "Deployment" && object.kind !== "StatefulSet") return object;
  const { spec } = object as Workload;
  const containers = spec.template.spec.containers.map((container, index) =>
    index === 0 || container.name === service ? openedContainer(container) : container,
  );
  const template = { ...spec.template, spec: { ...spec.template.spec, containers } };
  return { ...object, spec: { ...spec, replicas: 1, template } } as KubeObject;
}

function openedContainer(container: Container): Container {
  const env = container.env ?? [];
  const added = Object.entries(OPENED).map(([name, value]) => {
    const written = env.find((one) => one.name === name)?.value;
    return { name, value: written === undefined ? value : `${written} ${value}` };
  });
  const kept = env.filter(({ name }) => OPENED[name] === undefined);
  const {
    livenessProbe: _liveness,
    startupProbe: _startup,
    ...rest
  } = container as Container & Record<string, unknown>;
  return { ...rest, name: container.name, env: [...kept, ...added] };
}
