import type { Inputs } from "../registry/read.ts";
import type { Exception } from "../registry/schema/exception.ts";

/** An exception, and where in the file it is written. */
export interface DeclaredException {
  readonly exception: Exception;
  /** `services.json:12:7` */
  readonly where: string;
  /** The service that declares it, or null for an environment's. */
  readonly service: string | null;
  /** The environment that declares it, or null for a service's. */
  readonly environment: string | null;
}

/** Every `exceptions` entry of the registry, with its place. */
export function declaredExceptions({ registry, source }: Inputs): DeclaredException[] {
  const ofServices = Object.entries(registry.services).flatMap(([service, { exceptions = [], environments = {} }]) => [
    ...exceptions.map((exception, i) => ({
      exception,
      where: source.where(["services", service, "exceptions", i]),
      service,
      environment: null,
    })),
    ...Object.entries(environments).flatMap(([environment, patch]) =>
      (patch?.exceptions ?? []).map((exception, i) => ({
        exception,
        where: source.where(["services", service, "environments", environment, "exceptions", i]),
        service,
        environment,
      })),
    ),
  ]);
  const ofEnvironments = Object.entries(registry.environments).flatMap(([environment, { exceptions = [] }]) =>
    exceptions.map((exception, i) => ({
      exception,
      where: source.where(["environments", environment, "exceptions", i]),
      service: null,
      environment,
    })),
  );
  return [...ofServices, ...ofEnvironments];
}
