import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setting } from "./chromium.mjs";

/** Puts a server behind an impaired path (`sim/wan`), UDP and TCP of one port, at another loopback address. */
export async function impaired(port, { seed = 1, listen = "127.0.0.2" } = {}) {
  const program = join(dirname(setting("PARLOR_ADMIN").split(" ")[0]), "parlor-wan");
  const forward = `${listen}:${port}=127.0.0.1:${port}`;
  const child = spawn(program, ["--udp", forward, "--tcp", forward, "--seed", String(seed)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error("parlor-wan ended");
    return JSON.parse(value);
  };
  await answer();
  let last = Promise.resolve();
  return {
    host: listen,
    url: `http://${listen}:${port}`,
    /** Has an order done, such as `{ do: "cut", what: "udp" }`; what became of everybody's packets. */
    order(order) {
      last = last.then(async () => {
        child.stdin.write(`${JSON.stringify(order)}\n`);
        const report = await answer();
        if (!report.ok) throw new Error(`${JSON.stringify(order)}: ${report.error}`);
        return report;
      });
      return last;
    },
    end: () => child.kill(),
  };
}
