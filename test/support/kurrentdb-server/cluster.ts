import { TransactionLog } from './log.ts';
import { type Cluster, KurrentDbNode } from './node.ts';

/**
 * A KurrentDB as far as its wire protocol goes: nodes on ports of their own over one log in memory. It speaks to the
 * real client, and can be told to fail in the ways in which a real cluster does.
 */
export class KurrentDbCluster implements Cluster {
  readonly log = new TransactionLog();
  readonly nodes: readonly KurrentDbNode[];
  leader: KurrentDbNode | undefined;

  private constructor(size: number) {
    this.nodes = Array.from({ length: size }, () => new KurrentDbNode(this.log, this));
    this.leader = this.nodes[0];
  }

  static async start(size = 1): Promise<KurrentDbCluster> {
    const cluster = new KurrentDbCluster(size);
    for (const node of cluster.nodes) await node.listen();
    return cluster;
  }

  /** The only node, or the first. */
  get node(): KurrentDbNode {
    const [first] = this.nodes;
    if (first === undefined) throw new RangeError('a cluster without nodes');
    return first;
  }

  /** The connection string that names all nodes. */
  get url(): string {
    const addresses = this.nodes.map(({ address }) => address).join(',');
    return `kurrentdb://${addresses}?tls=false&discoveryInterval=20&maxDiscoverAttempts=200`;
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }
}
