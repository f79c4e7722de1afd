// Starts `seawall lsp` for the window, and shows whether it runs.

import * as os from "node:os";
import * as vscode from "vscode";
import { LanguageClient, State } from "vscode-languageclient/node";
import type {
  LanguageClientOptions,
  ServerOptions,
  ShowDocumentResult,
} from "vscode-languageclient/node";

import { locate, LocateError } from "./locate";

const STOP_MILLISECONDS = 3000;

let session: Session | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const status = vscode.window.createStatusBarItem("seawall", vscode.StatusBarAlignment.Right, 10);
  status.name = "Seawall";
  status.command = "seawall.status";
  session = new Session(status);
  const current = session;
  context.subscriptions.push(
    status,
    vscode.commands.registerCommand("seawall.restart", () => current.restart()),
    vscode.commands.registerCommand("seawall.status", () => current.tell()),
    vscode.workspace.onDidChangeConfiguration((event) =>
      event.affectsConfiguration("seawall.path") ? current.restart() : undefined,
    ),
  );
  await current.start();
}

export async function deactivate(): Promise<void> {
  await session?.stop();
  session = undefined;
}

/** The one server of a window, and what is known of it. */
class Session {
  private client: LanguageClient | undefined;
  private words = "not started";
  private turn: Promise<void> = Promise.resolve();

  constructor(private readonly status: vscode.StatusBarItem) {
    this.show("$(shield)", this.words);
    status.show();
  }

  start(): Promise<void> {
    return this.next(() => this.begin());
  }

  stop(): Promise<void> {
    return this.next(() => this.end());
  }

  restart(): Promise<void> {
    return this.next(async () => {
      await this.end();
      await this.begin();
    });
  }

  /** Say how it stands, and offer what can be done about it. */
  async tell(): Promise<void> {
    const choice = await vscode.window.showInformationMessage(
      `Seawall: ${this.words}`,
      "Restart",
      "Settings",
    );
    if (choice === "Restart") {
      await this.restart();
    } else if (choice === "Settings") {
      await vscode.commands.executeCommand("workbench.action.openSettings", "seawall.path");
    }
  }

  /** One change at a time: two restarts in a row leave one server. */
  private next(work: () => Promise<void>): Promise<void> {
    this.turn = this.turn.then(work, work);
    return this.turn;
  }

  private async begin(): Promise<void> {
    let program: string;
    try {
      program = locate({
        configured: vscode.workspace.getConfiguration("seawall").get<string>("path", ""),
        searchPath: process.env.PATH ?? "",
        folders: (vscode.workspace.workspaceFolders ?? []).map((one) => one.uri.fsPath),
        windows: process.platform === "win32",
      });
    } catch (error) {
      if (!(error instanceof LocateError)) {
        throw error;
      }
      this.fail(error.message);
      return;
    }
    const client = new LanguageClient("seawall", "Seawall", serverOf(program), CLIENT);
    this.client = client;
    client.onDidChangeState(({ newState }) => this.follow(client, newState, program));
    try {
      await client.start();
    } catch (error) {
      this.fail(`${program} could not be started: ${reasonOf(error)}`);
    }
  }

  private async end(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (client === undefined) {
      return;
    }
    try {
      await client.stop(STOP_MILLISECONDS);
    } catch {
      // It had not started, or has ended already.
    }
    this.show("$(shield)", "stopped");
  }

  private follow(client: LanguageClient, state: State, program: string): void {
    if (client !== this.client) {
      return;
    }
    if (state === State.Running) {
      const version = client.initializeResult?.serverInfo?.version ?? "";
      this.show("$(shield)", `running ${version} (${program})`);
    } else if (state === State.Starting) {
      this.show("$(loading~spin)", `starting ${program}`);
    } else {
      this.show("$(warning)", "stopped; see the output of Seawall");
    }
  }

  private fail(message: string): void {
    this.show("$(warning)", message);
    void vscode.window.showWarningMessage(`Seawall: ${message}`);
  }

  private show(icon: string, words: string): void {
    this.words = words;
    this.status.text = `${icon} Seawall`;
    this.status.tooltip = `Seawall: ${words}`;
  }
}

function serverOf(program: string): ServerOptions {
  return {
    command: program,
    args: ["lsp"],
    options: {
      // Not in the workspace: nothing there may be taken for a part of the program.
      cwd: os.homedir(),
      env: { ...process.env, PYTHONSAFEPATH: "1" },
      shell: false,
    },
  };
}

const CLIENT: LanguageClientOptions = {
  documentSelector: [{ scheme: "file" }],
  diagnosticCollectionName: "seawall",
  middleware: {
    window: {
      // The words about a rule are Markdown: shown as they are meant, not as they are written.
      async showDocument(params, next) {
        if (!params.uri.endsWith(".md") || params.selection || !/\/explain\//.test(params.uri)) {
          const { token } = new vscode.CancellationTokenSource();
          return (await next(params, token)) as ShowDocumentResult;
        }
        await vscode.commands.executeCommand("markdown.showPreview", vscode.Uri.parse(params.uri));
        return { success: true };
      },
    },
  },
};

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
