import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Engine } from './engine.ts';

/** The engine of an application, as a token of its dependency injection. */
export const ENGINE = Symbol('engine');

/** What an engine does by itself in its process, as a token. */
export const ENGINE_ROLE = Symbol('engine role');

export interface EngineRole {
  /** Makes checkpoints, so it must have the ledger's signing key. */
  readonly signs: boolean;
  /** Bills every day that is over. */
  readonly bills: boolean;
}

/**
 * Starts and stops an engine with its application. It starts when the application listens, so that whoever asks hears that
 * the service is starting; it is closed when nobody is connected any more, after everything that uses it.
 */
@Injectable()
export class EngineLifecycle implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #engine: Engine;
  readonly #role: EngineRole;
  readonly #host: HttpAdapterHost;
  readonly #outcome: PromiseWithResolvers<void> = Promise.withResolvers();
  #begun = false;
  #closing: Promise<void> | undefined;

  constructor(@Inject(ENGINE) engine: Engine, @Inject(ENGINE_ROLE) role: EngineRole, host: HttpAdapterHost) {
    this.#engine = engine;
    this.#role = role;
    this.#host = host;
    // Who waits for it hears why it failed; that nobody does is no failure of its own.
    this.#outcome.promise.catch(() => undefined);
  }

  /** Resolves when commands may come; rejects if the engine cannot start. */
  get started(): Promise<void> {
    return this.#outcome.promise;
  }

  onApplicationBootstrap(): void {
    this.#host.listen$.subscribe(() => {
      void this.start();
    });
  }

  /** For an application that never listens. Does nothing the second time. */
  start(): Promise<void> {
    if (!this.#begun) this.#outcome.resolve(this.#start());
    this.#begun = true;
    return this.started;
  }

  /** Rejects if the engine could not be closed, of which Nest only writes into the log. */
  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }

  /** Closes the engine, once. */
  close(): Promise<void> {
    this.#closing ??= this.#engine.close();
    return this.#closing;
  }

  async #start(): Promise<void> {
    const { signs, bills } = this.#role;
    await this.#engine.start({ signs });
    if (signs) this.#engine.checkpoints.start();
    if (bills) this.#engine.billRuns.start();
  }
}
