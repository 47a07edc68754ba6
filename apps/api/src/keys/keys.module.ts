import { Module } from '@nestjs/common';
import { KeysController } from './keys.controller.ts';

/** API keys. */
@Module({ controllers: [KeysController] })
export class KeysModule {}
