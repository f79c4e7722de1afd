// Stands in for the client of the protocol: it keeps which servers were asked for.

export enum State {
  Stopped = 1,
  Running = 2,
  Starting = 3,
}

type Follower = (change: { oldState: State; newState: State }) => void;

export const started: LanguageClient[] = [];
export const failure: { next: Error | undefined } = { next: undefined };

export class LanguageClient {
  running = false;
  initializeResult = { serverInfo: { name: "seawall", version: "0.1.0" } };
  private followers: Follower[] = [];

  constructor(
    readonly id: string,
    readonly name: string,
    readonly server: any,
    readonly options: any,
  ) {
    started.push(this);
  }

  onDidChangeState(follower: Follower): void {
    this.followers.push(follower);
  }

  async start(): Promise<void> {
    this.turn(State.Starting);
    if (failure.next) {
      const error = failure.next;
      failure.next = undefined;
      throw error;
    }
    this.running = true;
    this.turn(State.Running);
  }

  async stop(): Promise<void> {
    this.running = false;
    this.turn(State.Stopped);
  }

  turn(newState: State): void {
    for (const follower of this.followers) {
      follower({ oldState: State.Stopped, newState });
    }
  }
}
