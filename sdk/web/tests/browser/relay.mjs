import { connect, createServer } from "node:net";

/** Passes TCP on to the server, until it is cut: the network of the test. */
export async function relay(target) {
  const { hostname, port } = new URL(target);
  const open = new Set();
  let isDown = false;
  const server = createServer((near) => {
    if (isDown) return near.destroy();
    const far = connect(Number(port), hostname);
    const pair = { near, far };
    open.add(pair);
    const end = () => {
      open.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const [from, to] of [
      [near, far],
      [far, near],
    ]) {
      from.on("error", end).on("close", end);
      from.pipe(to);
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    /** All connections break, and no new one succeeds. */
    down() {
      isDown = true;
      for (const { near, far } of open) {
        near.destroy();
        far.destroy();
      }
    },
    up() {
      isDown = false;
    },
    close() {
      this.down();
      server.close();
    },
  };
}
