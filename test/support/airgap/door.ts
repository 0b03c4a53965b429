import { Agent } from "node:https";
import type { Door } from "../flow.ts";

/** The way in by its name. The agent knows where that is, as the enclave's DNS would; without `ca` it trusts the world's. */
export function doorTo(host: string, port: number, ca?: Buffer): Pick<Door, "baseUrl" | "agent"> {
  return { baseUrl: `https://${host}:${port}`, agent: new Agent({ ...(ca && { ca }), lookup }) };
}

/** The same for curl, as its settings: what the enclave's DNS, load balancer and trusted authorities do there. */
export function curlSettings(host: string, port: number, authority: string): string {
  return `connect-to = "${host}:443:127.0.0.1:${port}"\ncacert = "${authority}"\n`;
}

const lookup: NonNullable<ConstructorParameters<typeof Agent>[0]>["lookup"] = (_host, { all }, answer) => {
  if (all === true) answer(null, [{ address: "127.0.0.1", family: 4 }]);
  else answer(null, "127.0.0.1", 4);
};
