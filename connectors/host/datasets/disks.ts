import { z } from 'zod';
import type { Dataset, Piece } from '../../kit/connector.ts';
import { gap, hostDataset, item, known } from '../reading.ts';
import type { MachineFor, Reader } from '../reading.ts';

const Node = z.object({
  name: z.string(),
  type: z.string(),
  fstype: z.string().nullish(),
  mountpoint: z.string().nullish(),
  mountpoints: z.array(z.string().nullable()).optional(),
  get children() {
    return z.array(Node).optional();
  },
});
type Node = z.infer<typeof Node>;
const Tree = z.object({ blockdevices: z.array(Node) });

/** File systems that keep nothing on a disk of their own. */
const volatile =
  /^(proc|sysfs|tmpfs|ramfs|devtmpfs|devpts|cgroup2?|mqueue|hugetlbfs|debugfs|tracefs|securityfs|pstore|bpf|configfs|fusectl|binfmt_misc|autofs|efivarfs|rpc_pipefs|nsfs|selinuxfs|squashfs|iso9660)$/;
/** File systems that may encrypt by themselves, which lsblk does not show. */
const ownEncryption = /^(zfs|zfs_member|bcachefs|ubifs)$/;
/** File systems of another machine. */
const remote = /^(nfs4?|cifs|smb3|9p|virtiofs|ceph|glusterfs|fuse\..*)$/;

/** Mounted file systems and swap, each with whether a layer below it is encrypted by this machine. */
export const readDisks: Reader = async (machine) => {
  const ran = await machine.run('lsblk', '--json', '--output', 'NAME,TYPE,FSTYPE,MOUNTPOINT');
  if (ran.is === 'missing') return [gap('lsblk is not on this machine, so its disks are not known')];
  const tree = ran.code === 0 ? Tree.safeParse(parsed(ran.out)) : undefined;
  if (tree?.success !== true) return [gap(`lsblk gave no answer that we can read: ${ran.err.slice(0, 200)}`)];
  const pieces: Piece[] = [];
  const seen = new Set<string>();
  const walk = (node: Node, below: boolean): void => {
    const encrypted = below || node.type === 'crypt';
    const at = [node.mountpoint, ...(node.mountpoints ?? [])].find((one) => typeof one === 'string' && one !== '');
    const isOptical = node.type === 'rom' || volatile.test(node.fstype ?? '');
    const id = at === '[SWAP]' ? `swap:${node.name}` : at;
    if (typeof id === 'string' && !isOptical && !seen.has(id)) {
      seen.add(id);
      const unsure = !encrypted && ownEncryption.test(node.fstype ?? '');
      pieces.push(
        item(
          id,
          known({
            kind: at === '[SWAP]' ? 'swap' : 'filesystem',
            device: node.name,
            fsType: node.fstype ?? undefined,
            encrypted: unsure ? undefined : encrypted,
          }),
        ),
      );
    }
    for (const child of node.children ?? []) walk(child, encrypted);
  };
  for (const disk of tree.data.blockdevices) walk(disk, false);

  const mounts = await machine.read('/proc/self/mounts');
  if (mounts.is !== 'text')
    return [...pieces, gap('/proc/self/mounts cannot be read, so mounts that are no disks are not known')];
  const devices = new Set<string>(
    pieces.flatMap((piece) => (piece.is === 'item' ? [`/dev/${String(piece.data['device'])}`] : [])),
  );
  for (const line of mounts.text.split('\n')) {
    const [device = '', rawPath = '', type = ''] = line.split(' ');
    const path = rawPath.replaceAll('\\040', ' ');
    if (path === '' || volatile.test(type) || seen.has(path) || devices.has(device)) continue;
    seen.add(path);
    const kind = remote.test(type) ? 'remote' : 'filesystem';
    pieces.push(item(path, { kind, device, fsType: type }));
    if (kind === 'filesystem') pieces.push(gap('what lies below this file system is not visible from here', path));
  }
  return pieces;
};

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** What is mounted and whether it is encrypted. */
export function disks(machineFor?: MachineFor): Dataset {
  return hostDataset(
    'disks',
    'mounted file systems and swap, and whether this machine encrypts them',
    {
      kind: 'filesystem, swap, or remote (a file system of another machine)',
      device: 'name of the device',
      fsType: 'type of the file system',
      encrypted:
        'whether a layer at or below it is dm-crypt (LUKS); absent where the file system may encrypt by itself',
    },
    readDisks,
    machineFor,
  );
}
