import { Module } from '@nestjs/common';
import { WarningsController } from './warnings.controller.ts';

/** Warnings of an account. */
@Module({ controllers: [WarningsController] })
export class WarningsModule {}
