import { Module } from '@nestjs/common';
import { WebhooksController } from './webhooks.controller.ts';

/** Endpoints that events are delivered to. */
@Module({ controllers: [WebhooksController] })
export class WebhooksModule {}
