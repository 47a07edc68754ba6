import { type DynamicModule, Module } from '@nestjs/common';
import { Connections } from '#http';
import { BatchController } from './batch.controller.ts';

/** Many operations in one request, as many at a time as the connections have room for. */
@Module({ controllers: [BatchController] })
export class BatchModule {
  static over(connections: Connections): DynamicModule {
    return { module: BatchModule, providers: [{ provide: Connections, useValue: connections }] };
  }
}
