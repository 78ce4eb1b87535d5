// Networks of a test's own, made of network namespaces: a server behind 1:1 NAT, and clients behind other NATs and firewalls.
//
//   server 10.77.1.2 --- net --- home   10.77.2.2, masqueraded as 198.51.100.20
//   (198.51.100.7)        +----- office 10.77.3.2, masqueraded as 198.51.100.30, of which only TCP to port 443 gets out

import { execFile, spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { chmod, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
/** The server as others see it. */
export const SERVER = "198.51.100.7";
const NAMES = ["server", "home", "office"];

const RULES = `
table ip nat {
  chain prerouting {
    type nat hook prerouting priority dstnat
    ip daddr ${SERVER} dnat to 10.77.1.2
  }
  chain postrouting {
    type nat hook postrouting priority srcnat
    ip saddr 10.77.1.2 snat to ${SERVER}
    iifname home snat to 198.51.100.20
    iifname office snat to 198.51.100.30
  }
}
table ip filter {
  chain forward {
    type filter hook forward priority filter
    policy accept
    iifname office tcp dport != 443 drop
    iifname office meta l4proto != tcp drop
  }
}
`;

/** Why this machine gives a test no networks; empty when it does. */
export async function refusal() {
  const name = `parlor-probe-${process.pid}`;
  try {
    await run("ip", ["netns", "add", name]);
    try {
      await run("ip", ["netns", "exec", name, "nft", "list", "ruleset"]);
      await run("ip", ["netns", "exec", name, "curl", "--version"]);
    } finally {
      await run("ip", ["netns", "delete", name]);
    }
    return "";
  } catch (error) {
    return String(error.stderr ?? error.message).trim() || error.message;
  }
}

/** Makes the networks; whatever runs in them has to be over when they end. */
export async function networks() {
  const named = (name) => `parlor-${name}-${process.pid}`;
  const within = (name, ...words) => run("ip", ["netns", "exec", named(name), ...words]);
  const folder = await mkdtemp(join(tmpdir(), "parlor-networks-"));
  const made = [];
  // However this process ends: nothing else would take them away.
  const end = () => {
    for (const name of made.splice(0)) spawnSync("ip", ["netns", "delete", named(name)]);
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", end);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
  try {
    for (const name of ["net", ...NAMES]) {
      await run("ip", ["netns", "add", named(name)]);
      made.push(name);
      await within(name, "ip", "link", "set", "lo", "up");
    }
    for (const [at, name] of NAMES.entries()) {
      await within("net", "ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", named(name));
      await within("net", "ip", "address", "add", `10.77.${at + 1}.1/24`, "dev", name);
      await within("net", "ip", "link", "set", name, "up");
      await within(name, "ip", "address", "add", `10.77.${at + 1}.2/24`, "dev", "eth0");
      await within(name, "ip", "link", "set", "eth0", "up");
      await within(name, "ip", "route", "add", "default", "via", `10.77.${at + 1}.1`);
    }
    await within("net", "sysctl", "-qw", "net.ipv4.ip_forward=1");
    // The NATs' own addresses, so that what comes back to them is theirs.
    for (const last of [7, 20, 30]) await within("net", "ip", "address", "add", `198.51.100.${last}/32`, "dev", "lo");
    const rules = join(folder, "rules.nft");
    await writeFile(rules, RULES);
    await within("net", "nft", "--file", rules);
  } catch (error) {
    end();
    throw error;
  }
  return {
    within,
    named,
    /** A program that starts another one inside a network, for those who take a path and no arguments. */
    async entrance(name, program) {
      const path = join(folder, name);
      await writeFile(path, `#!/bin/sh\nexec ip netns exec ${named(name)} ${program} "$@"\n`);
      await chmod(path, 0o755);
      return path;
    },
    end,
  };
}
