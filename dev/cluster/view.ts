import type { KubeApi } from "./api/api.ts";
import { type ClusterEvent, type ClusterNode, timeOf } from "./diagnosis/evidence.ts";
import type { ReplicaSet } from "./revision.ts";
import { type Workload, collectionOf } from "./rollout.ts";
import { selectorOf } from "../sources/pods.ts";

/** What the API has last told about a platform, besides its pods. Everything comes from watches. */
export interface View {
  workload(kind: string, namespace: string, name: string): Workload | undefined;
  /** Of a Deployment. */
  replicaSetsOf(uid: string): readonly ReplicaSet[];
  /** About an object, oldest first; of namespaces that are followed. */
  eventsAbout(uid: string): readonly ClusterEvent[];
  /** About a claim, by its name: nobody asks for its id. */
  eventsAboutClaim(namespace: string, name: string): readonly ClusterEvent[];
  nodes(): readonly ClusterNode[];
  /** From now on, tells what happens in a namespace. */
  follow(namespace: string): void;
  /** Calls back after each change, until the function that it returns is called. */
  onChange(listener: (change: Change) => void): () => void;
  /** Resolves when the signal has ended every watch. */
  readonly ended: Promise<void>;
}

/** What a change is about: a service's own objects, an object by its id, or everything (a node, a claim). */
export type Change = { readonly service: string } | { readonly uid: string } | "everything";

const SERVICE = "app.kubernetes.io/name";

/** `platform`: the registry's name. */
export function watchView(api: KubeApi, platform: string, kinds: readonly string[], signal: AbortSignal): View {
  const listeners = new Set<(change: Change) => void>();
  const watches: Promise<void>[] = [];
  const tell = (change: Change): void => listeners.forEach((listener) => listener(change));
  const ofService = ({ metadata }: Workload | ReplicaSet): void => tell({ service: metadata.labels?.[SERVICE] ?? "" });
  const platforms = { labelSelector: selectorOf(platform) };
  const workloads = new Map(kinds.map((kind) => [kind, collect<Workload>(collectionOf(kind), platforms, ofService)]));
  const sets = collect<ReplicaSet>("/apis/apps/v1/replicasets", platforms, ofService);
  const nodes = collect<ClusterNode>("/api/v1/nodes", {}, () => tell("everything"));
  const events = watchEvents((path, changed) => collect<ClusterEvent>(path, {}, changed), tell);
  return {
    workload: (kind, namespace, name) => workloads.get(kind)?.get(`${namespace}/${name}`),
    replicaSetsOf: (uid) =>
      [...sets.values()].filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.uid === uid)),
    eventsAbout: events.about,
    eventsAboutClaim: (namespace, name) => events.about(`${namespace}/${name}`),
    nodes: () => [...nodes.values()],
    follow: events.follow,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get ended() {
      return Promise.all(watches).then(() => undefined);
    },
  };

  /** One watch, kept by namespace and name. */
  function collect<Item>(path: string, query: Query, changed: (item: Item) => void): ReadonlyMap<string, Item> {
    const items = new Map<string, Item>();
    const onEvent = (type: string, object: unknown): void => {
      if (type === "DELETED") items.delete(keyOf(object as Named));
      else items.set(keyOf(object as Named), object as Item);
      changed(object as Item);
    };
    watches.push(api.watch(path, query, { onList: () => items.clear(), onEvent }, signal));
    return items;
  }
}

type Query = Readonly<Record<string, string>>;

interface Events {
  readonly follow: (namespace: string) => void;
  /** By the id of what they are about; of a claim, by its namespace and name. */
  readonly about: (id: string) => readonly ClusterEvent[];
}

function watchEvents(
  collect: (path: string, changed: (event: ClusterEvent) => void) => ReadonlyMap<string, ClusterEvent>,
  tell: (change: Change) => void,
): Events {
  const byNamespace = new Map<string, ReadonlyMap<string, ClusterEvent>>();
  /** Made when it is asked for. */
  let byObject: ReadonlyMap<string, readonly ClusterEvent[]> | null = null;
  const changed = ({ involvedObject }: ClusterEvent): void => {
    byObject = null;
    tell(involvedObject?.kind === CLAIM ? "everything" : { uid: involvedObject?.uid ?? "" });
  };
  return {
    follow(namespace) {
      if (!byNamespace.has(namespace))
        byNamespace.set(namespace, collect(`/api/v1/namespaces/${namespace}/events`, changed));
    },
    about(id) {
      byObject ??= grouped([...byNamespace.values()].flatMap((events) => [...events.values()]));
      return byObject.get(id) ?? [];
    },
  };
}

const CLAIM = "PersistentVolumeClaim";

/** By what they are about, oldest first. */
function grouped(events: readonly ClusterEvent[]): ReadonlyMap<string, readonly ClusterEvent[]> {
  const groups = new Map<string, ClusterEvent[]>();
  for (const event of events.toSorted((a, b) => timeOf(a) - timeOf(b))) {
    const { kind, namespace = "", name = "", uid = "" } = event.involvedObject ?? {};
    const id = kind === CLAIM ? `${namespace}/${name}` : uid;
    const group = groups.get(id);
    if (group) group.push(event);
    else groups.set(id, [event]);
  }
  return groups;
}

interface Named {
  readonly metadata: { readonly namespace?: string; readonly name: string };
}

function keyOf({ metadata }: Named): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}
