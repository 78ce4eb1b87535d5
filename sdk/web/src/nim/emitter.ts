/** Events by name, each with its own arguments. */
export class Emitter<Events extends { [Name in keyof Events]: unknown[] }> {
  private listeners: { [Name in keyof Events]?: Set<(...args: Events[Name]) => void> } = {};

  on<Name extends keyof Events>(event: Name, listener: (...args: Events[Name]) => void): void {
    const known = this.listeners[event] ?? new Set();
    this.listeners[event] = known;
    known.add(listener);
  }

  once<Name extends keyof Events>(event: Name, listener: (...args: Events[Name]) => void): void {
    const first = (...args: Events[Name]) => {
      this.off(event, first);
      listener(...args);
    };
    this.on(event, first);
  }

  off<Name extends keyof Events>(event: Name, listener: (...args: Events[Name]) => void): void {
    this.listeners[event]?.delete(listener);
  }

  removeAllListeners(event?: keyof Events): void {
    if (event === undefined) this.listeners = {};
    else delete this.listeners[event];
  }

  protected emit<Name extends keyof Events>(event: Name, ...args: Events[Name]): void {
    for (const listener of [...(this.listeners[event] ?? [])]) {
      try {
        listener(...args);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
