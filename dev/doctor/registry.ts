import { count } from "../../tools/lib/text.ts";
import type { Check } from "./check.ts";

export const registry: Check = {
  title: "services.json",
  async look({ read }) {
    if ("code" in read) return read;
    return `${count(read.target.services.length, "service")} in ${read.target.environment}`;
  },
};
