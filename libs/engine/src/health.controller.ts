import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Metrics } from '#runtime';
import { ServiceState } from './service-state.ts';

/** What load balancers, supervisors and Prometheus ask; open to everybody who can reach the port, so it names no account. */
@Controller()
export class HealthController {
  readonly #state: ServiceState;
  readonly #metrics: Metrics;

  constructor(state: ServiceState, metrics: Metrics) {
    this.#state = state;
    this.#metrics = metrics;
  }

  /** 503: restart this process. */
  @Get('health/live')
  live(@Res() reply: FastifyReply): void {
    const { notLive } = this.#state;
    if (notLive === undefined) send(reply, 200, { live: true });
    if (notLive !== undefined) send(reply, 503, { live: false, why: notLive });
  }

  /** 503: send this process no work at present. `degraded`: it works, and something that helps it does not. */
  @Get('health/ready')
  ready(@Res() reply: FastifyReply): void {
    const { notReady, degraded } = this.#state;
    const troubles = degraded.length > 0 ? { degraded } : {};
    if (notReady === undefined) send(reply, 200, { ready: true, ...troubles });
    if (notReady !== undefined) send(reply, 503, { ready: false, why: notReady, ...troubles });
  }

  @Get('metrics')
  async metrics(@Res() reply: FastifyReply): Promise<void> {
    const text = await this.#metrics.text();
    reply.header('content-type', this.#metrics.contentType).send(text);
  }
}

function send(reply: FastifyReply, status: number, body: object): void {
  reply.status(status).header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(body));
}
