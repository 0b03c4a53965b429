import type { Socket } from "node:net";
import type { Exec } from "../../tools/lib/exec.ts";
import { type Finding, UserError } from "../../tools/lib/errors.ts";
import type { PortForward, ServiceTarget } from "../core/target.ts";
import { type Holder, holderOf } from "./port-forward-holder.ts";
import { type Listener, type Refusal, listen } from "./port-forward-listen.ts";
import { type Backends, newRoute } from "./port-forward-route.ts";

/** Ports of this machine that lead to pods. They stay bound while pods come and go. */
export interface Forwards {
  /**
   * Binds what is declared and not bound yet, and closes what is no longer declared. Throws a `UserError` with every
   * port that is taken, and by whom; the others are bound all the same. Resolves with what is to be known besides, once.
   */
  bind(services: readonly ServiceTarget[]): Promise<readonly Finding[]>;
  close(): Promise<void>;
}

export interface ForwardOptions extends Backends {
  readonly exec: Exec;
  /** Engine whose containers may have a port; null where none answers. */
  readonly dockerSocketPath: string | null;
}

interface Declared {
  readonly service: ServiceTarget;
  readonly forward: PortForward;
}

interface Bound {
  readonly listener: Listener;
  /** Where it leads, as text: another destination takes the same listener. */
  destination: string;
  lead: (socket: Socket) => Promise<void>;
}

export function portForwards(options: ForwardOptions): Forwards {
  const bound = new Map<number, Bound>();
  return {
    async bind(services) {
      const declared = services.flatMap((service) => service.forwards.map((forward) => ({ service, forward })));
      const wanted = new Map(declared.map((one) => [one.forward.localPort, one]));
      await Promise.all([...bound.keys()].filter((port) => !wanted.has(port)).map(closeOne));
      const findings = (await Promise.all([...wanted.values()].map(bindOne))).flatMap((finding) => finding ?? []);
      const errors = findings.filter(({ severity }) => severity === "error");
      if (errors.length > 0) throw new UserError(errors);
      return findings;
    },
    close: async () => void (await Promise.all([...bound.keys()].map(closeOne))),
  };

  async function bindOne(declared: Declared): Promise<Finding | null> {
    const { localPort } = declared.forward;
    const there = bound.get(localPort);
    if (there) return redirect(there, declared);
    const listener = await listen(localPort, (socket) => {
      bound
        .get(localPort)
        ?.lead(socket)
        .catch(() => socket.destroy());
    });
    if (typeof listener === "string")
      return refused(declared, listener, listener === "taken" ? await holderOf(localPort, options) : null);
    bound.set(localPort, { listener, ...leading(declared) });
    return listener.hasIpv6 ? null : shadowed(declared, await holderOf(localPort, options));
  }

  /** Connections that are open stay with their pods. */
  function redirect(there: Bound, declared: Declared): null {
    const next = leading(declared);
    if (next.destination !== there.destination) Object.assign(there, next);
    return null;
  }

  function leading({ service, forward }: Declared): Pick<Bound, "destination" | "lead"> {
    const to = { service: service.name, namespace: service.namespace, containerPort: forward.containerPort };
    return { destination: `${to.namespace}/${to.service}:${to.containerPort}`, lead: newRoute(options, to) };
  }

  async function closeOne(port: number): Promise<void> {
    const listener = bound.get(port)?.listener;
    bound.delete(port);
    await listener?.close();
  }
}

function refused({ service, forward }: Declared, refusal: Refusal, holder: Holder | null): Finding {
  const { port, localPort } = forward;
  const setting = `services.${service.name}.develop.portForward`;
  const common = { severity: "error", where: `localhost:${localPort}` } as const;
  const wanted = `${service.name} is to be reached through it (port ${port})`;
  if (refusal === "forbidden")
    return {
      ...common,
      code: "PORT_FORBIDDEN",
      message: `port ${localPort} of this machine is for root only, and ${wanted}`,
      fix: `take a port above 1023 in ${setting}`,
    };
  const message = `port ${localPort} of this machine is taken by ${holder?.name ?? "another process"}, and ${wanted}`;
  const stop = holder?.stop ?? `stop what listens there (lsof -i :${localPort})`;
  return { ...common, code: "PORT_TAKEN", message, fix: `${stop}; or change ${setting}` };
}

/** What resolves `localhost` to ::1 first, as browsers do, gets there. */
function shadowed({ service, forward: { localPort } }: Declared, holder: Holder | null): Finding {
  const message = `[::1]:${localPort} is taken by ${holder?.name ?? "another process"}, so "localhost" may lead there; ${service.name} is at 127.0.0.1:${localPort}`;
  const fix = `${holder?.stop ?? "stop what listens there"}; or change services.${service.name}.develop.portForward`;
  return { code: "PORT_SHADOWED", severity: "warning", where: `[::1]:${localPort}`, message, fix };
}
