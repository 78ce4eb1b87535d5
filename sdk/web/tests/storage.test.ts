import { afterEach, expect, it, vi } from "vitest";
import { openStorage } from "../src/shell/storage.js";

afterEach(() => vi.unstubAllGlobals());

/** A database whose connection the browser has closed, as it does with pages that slept. */
function closedDatabase(): IDBFactory {
  const transaction = () => {
    throw new DOMException("The database connection is closing.", "InvalidStateError");
  };
  const open = () => {
    const request = { result: { transaction } } as unknown as IDBOpenDBRequest;
    queueMicrotask(() => request.onsuccess?.(new Event("success")));
    return request;
  };
  return { open } as unknown as IDBFactory;
}

it("a database that the browser has closed is no error: the page's memory stands in", async () => {
  vi.stubGlobal("indexedDB", closedDatabase());
  const storage = openStorage();
  await storage.prune(0);
  expect(await storage.read("a")).toBeUndefined();
  await storage.write("a", 1);
  expect(await storage.read("a")).toBe(1);
  await storage.write("a", null);
  expect(await storage.read("a")).toBeUndefined();
});
