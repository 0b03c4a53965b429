import { z } from "zod";
import { dnsSubdomain, textMap } from "./names.ts";

const texts = z.array(z.string()).min(1);

export const policyRule = z
  .strictObject({
    apiGroups: z.array(z.string()).optional().describe('"" is the core group; needed with resources.'),
    resources: texts.optional().describe("Such as pods, or pods/log."),
    resourceNames: texts.optional().describe("Only objects of these names."),
    nonResourceURLs: texts.optional().describe("Paths of the API server; only in clusterRules."),
    verbs: texts.describe("Such as get, list, watch."),
  })
  .describe("A rule of a Role, word for word.");

export const serviceAccount = z
  .strictObject({
    name: dnsSubdomain.optional().describe("The service's name by default."),
    annotations: textMap.optional().describe("Such as eks.amazonaws.com/role-arn."),
    rules: z.array(policyRule).optional().describe("What it may do in its namespace: a Role and a RoleBinding."),
    clusterRules: z
      .array(policyRule)
      .optional()
      .describe("What it may do in the whole cluster: a ClusterRole and a ClusterRoleBinding."),
    automountServiceAccountToken: z
      .boolean()
      .optional()
      .describe("Whether its pods get a token; true by default where there are rules."),
  })
  .describe("Its own, without a token.");

export const namespaceAccount = serviceAccount
  .omit({ name: true, clusterRules: true, automountServiceAccountToken: true })
  .describe("A ServiceAccount that belongs to no service, such as that of a pipeline.");
