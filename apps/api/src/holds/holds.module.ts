import { Module } from '@nestjs/common';
import { HoldsController } from './holds.controller.ts';

/** Freeze, settle, fail, release; what a freeze would cost. */
@Module({ controllers: [HoldsController] })
export class HoldsModule {}
