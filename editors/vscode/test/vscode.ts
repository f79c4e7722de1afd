// Stands in for the editor: it keeps what the extension does to it.

type Listener = (event: { affectsConfiguration(name: string): boolean }) => unknown;

export const seen = {
  commands: new Map<string, (...given: unknown[]) => unknown>(),
  executed: [] as unknown[][],
  warnings: [] as string[],
  told: [] as string[],
  settings: { path: "" } as Record<string, string>,
  choice: undefined as string | undefined,
  listeners: [] as Listener[],
  status: { text: "", tooltip: "", command: "", name: "", shown: false },
};

export enum StatusBarAlignment {
  Left = 1,
  Right = 2,
}

export class CancellationTokenSource {
  token = {};
}

export const Uri = { parse: (text: string) => ({ text }) };

export const window = {
  createStatusBarItem: () =>
    Object.assign(seen.status, {
      show: () => {
        seen.status.shown = true;
      },
      dispose: () => undefined,
    }),
  showWarningMessage: async (text: string) => void seen.warnings.push(text),
  showInformationMessage: async (text: string) => {
    seen.told.push(text);
    return seen.choice;
  },
};

export const commands = {
  registerCommand: (name: string, run: (...given: unknown[]) => unknown) => {
    seen.commands.set(name, run);
    return { dispose: () => seen.commands.delete(name) };
  },
  executeCommand: async (...given: unknown[]) => void seen.executed.push(given),
};

export const workspace = {
  workspaceFolders: [] as { uri: { fsPath: string } }[],
  getConfiguration: () => ({
    get: (name: string, otherwise: string) => seen.settings[name] ?? otherwise,
  }),
  onDidChangeConfiguration: (listener: Listener) => {
    seen.listeners.push(listener);
    return { dispose: () => undefined };
  },
};
