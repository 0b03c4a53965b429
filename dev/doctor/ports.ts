import { type Check, finding } from "./check.ts";

export const ports: Check = {
  title: "ports",
  async look({ read, holderOf }) {
    if ("code" in read) return "not known without services.json";
    const wanted = read.target.services.flatMap(({ name, forwards }) =>
      forwards.map(({ localPort }) => ({ name, localPort })),
    );
    for (const { name, localPort } of wanted) {
      const holder = await holderOf(localPort);
      if (holder !== null)
        return finding(
          "PORT_TAKEN",
          `localhost:${localPort}`,
          `${holder} has the port that leads to ${name}`,
          `stop it, or change services.${name}.develop.portForward`,
        );
    }
    return wanted.length === 0 ? "none is forwarded" : `${wanted.map(({ localPort }) => localPort).join(", ")} free`;
  },
};
