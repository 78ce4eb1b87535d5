import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { setting } from "./chromium.mjs";

const run = promisify(execFile);
const START_MS = 60_000;

/** A server of a test's own, which may be killed and started again. */
export async function ownServer() {
  const [program] = setting("PARLOR_ADMIN").split(" ");
  const folder = await mkdtemp(join(tmpdir(), "parlor-calls-"));
  const port = await freePort();
  let child;
  const start = async () => {
    child = spawn(program, ["--data", folder, "serve", "--listen", `127.0.0.1:${port}`], { stdio: "ignore" });
    for (const begun = Date.now(); !(await listens(port)); ) {
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
    url: `http://127.0.0.1:${port}`,
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

function listens(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("close", () => socket.destroy()).once("connect", () => socket.end());
  });
}
