import { Module } from '@nestjs/common';
import { ProofsController } from './proofs.controller.ts';

/** Checkpoints, proofs from them, and the log of exports. */
@Module({ controllers: [ProofsController] })
export class ProofsModule {}
