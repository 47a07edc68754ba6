import { Module } from '@nestjs/common';
import { PacksController } from './packs.controller.ts';

/** Resource packs of an account. */
@Module({ controllers: [PacksController] })
export class PacksModule {}
