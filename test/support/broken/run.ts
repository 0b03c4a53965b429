import { type BrokenService, type Place, deployment, podSpec, SLEEP } from "./service.ts";

export function runs(place: Place): BrokenService[] {
  return [
    {
      name: "crash",
      objects: [
        deployment(
          place,
          "crash",
          "echo started; echo 'Error: no database url given' >&2; echo '    at main (/app/main.js:3:9)' >&2; exit 1",
        ),
      ],
      code: "POD_CRASHED",
      words: /^container main exited with code 1: Error: no database url given$/,
      fix: /kubectl logs (--previous )?-n \S+ crash-\S+ -c main$/,
      reported: /"exitCode":1/,
    },
    {
      name: "ended",
      objects: [deployment(place, "ended", "echo done")],
      code: "POD_ENDED",
      words: /^container main ended by itself with code 0/,
      fix: /foreground/,
      reported: /"restartCount":1/,
    },
    {
      name: "memory",
      objects: [
        deployment(place, "memory", "exec tail /dev/zero", {
          resources: { requests: { cpu: "1m" }, limits: { memory: "16Mi" } },
        }),
      ],
      code: "POD_OUT_OF_MEMORY",
      words: /^container main used more memory than its limit of 16Mi and was killed$/,
      fix: /raise resources\.limits\.memory/,
      reported: /"exitCode":137/,
    },
    {
      name: "port-taken",
      objects: [deployment(place, "port-taken", "httpd -p 8080; exec httpd -f -p 8080")],
      code: "POD_PORT_TAKEN",
      words: /^container main: .* is taken by another program of its pod: .*[Aa]ddress already in use/,
      fix: /another port/,
      reported: /"exitCode":1/,
    },
    {
      name: "read-only",
      objects: [
        deployment(place, "read-only", "echo x > /data.txt || exit 2", {
          securityContext: { readOnlyRootFilesystem: true },
        }),
      ],
      code: "POD_READ_ONLY",
      words: /^container main writes to \/data\.txt, which is read-only: .*Read-only file system$/,
      fix: /"type": "emptyDir"/,
      reported: /"exitCode":2/,
    },
    {
      name: "unknown-host",
      objects: [deployment(place, "unknown-host", "wget -q -O - http://crahs.absent:8080 || exit 4")],
      code: "POD_DEPENDENCY",
      words: /^container main asks for the host crahs\.absent, which nobody has: wget: bad address/,
      fix: /correct the host/,
      reported: /"exitCode":4/,
    },
    {
      name: "init",
      objects: [
        deployment(
          place,
          "init",
          SLEEP,
          {},
          {
            initContainers: podSpec("echo 'relation users exists' >&2; exit 3", { name: "migrate" })["containers"],
          },
        ),
      ],
      code: "POD_CRASHED",
      words: /^init container migrate exited with code 3: relation users exists$/,
      fix: /-c migrate$/,
      reported: /"exitCode":3/,
    },
  ];
}
