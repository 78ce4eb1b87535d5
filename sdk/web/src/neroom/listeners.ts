/** Listeners of one kind: objects whose methods are all optional. */
export class Listeners<Listener extends object> {
  private readonly all = new Set<Listener>();

  add(listener: Listener): void {
    this.all.add(listener);
  }

  remove(listener: Listener): void {
    this.all.delete(listener);
  }

  get isEmpty(): boolean {
    return this.all.size === 0;
  }

  clear(): void {
    this.all.clear();
  }

  /** Calls one method of each; a listener that throws does not stop the others. */
  tell(call: (listener: Listener) => void): void {
    for (const listener of [...this.all]) {
      try {
        call(listener);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
