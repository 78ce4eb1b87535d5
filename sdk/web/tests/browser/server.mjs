import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { setting } from "./chromium.mjs";

const run = promisify(execFile);
const START_MS = 60_000;

/**
 * A server of a test's own, which may be killed and started again. The environment configures it; `within` is a command
 * that it is started by, and `serve` what it is told besides its address.
 */
export async function ownServer({ environment = {}, within = [], address = "", serve = [] } = {}) {
  const [program] = setting("PARLOR_ADMIN").split(" ");
  const folder = await mkdtemp(join(tmpdir(), "parlor-calls-"));
  const port = address ? Number(address.split(":").at(-1)) : await freePort();
  const at = address || `127.0.0.1:${port}`;
  const [command, ...words] = [...within, program, "--data", folder, "serve", "--listen", at, ...serve];
  let child;
  const start = async () => {
    child = spawn(command, words, { stdio: "ignore", env: { ...process.env, ...environment } });
    for (const begun = Date.now(); !(await listens(within, at)); ) {
      if (Date.now() - begun > START_MS) throw new Error("parlor serve does not listen");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const kill = async () => {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  };
  const admin = async (...words) => (await run(program, ["--data", folder, ...words])).stdout;
  await start();
  const app = JSON.parse(await admin("app", "create", "calls", "--json"));
  await admin("app", "enable-room", "calls");
  return {
    url: `http://${at}`,
    port,
    appKey: app.app_key,
    appSecret: app.app_secret,
    /** As by a crash. */
    async restart() {
      await kill();
      await start();
    },
    async end() {
      await kill();
      await rm(folder, { recursive: true });
    },
  };
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Whether something listens there, as seen from where it runs. */
async function listens(within, at) {
  const [command, ...words] = [...within, "bash", "-c", `exec 3<>/dev/tcp/${at.replace(":", "/")}`];
  return run(command, words).then(
    () => true,
    () => false,
  );
}
