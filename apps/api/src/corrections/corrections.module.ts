import { Module } from '@nestjs/common';
import { CorrectionsController } from './corrections.controller.ts';

/** Refunds and reversals. */
@Module({ controllers: [CorrectionsController] })
export class CorrectionsModule {}
