import { expect, it } from "vitest";
import { Address } from "../src/shell/address.js";

const link = (text: string) => Address.parse(text)?.link();

it("an explicit scheme counts, otherwise only loopback is plain", () => {
  expect(link("im.example.com")).toBe("wss://im.example.com/link");
  expect(link("127.0.0.1:8787")).toBe("ws://127.0.0.1:8787/link");
  expect(link("localhost")).toBe("ws://localhost/link");
  expect(link("[::1]:80")).toBe("ws://[::1]:80/link");
  expect(link("http://im.example.com:80")).toBe("ws://im.example.com:80/link");
  expect(link("https://127.0.0.1:8787/")).toBe("wss://127.0.0.1:8787/link");
  expect(Address.parse("HTTPS://h/base/")?.http("/x")).toBe("https://h/base/x");
});

it("what is not an address is null", () => {
  for (const text of ["", "ftp://h", "http://", "a b", "http://user@h"]) expect(Address.parse(text)).toBeNull();
});
