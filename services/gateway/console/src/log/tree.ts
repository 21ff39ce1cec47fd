// RFC 6962 hashing and the check of RFC 9162 §2.1.3.2: a leaf is in a tree of that root.
import { same, sha256, type Bytes } from './bytes';

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export function leafHash(leaf: Bytes): Promise<Bytes> {
    return sha256(LEAF, leaf);
}

export async function isIncluded(leaf: Bytes, index: bigint, size: bigint, path: readonly Bytes[], root: Bytes): Promise<boolean> {
    if (index >= size) return false;
    let fn = index;
    let sn = size - 1n;
    let hash = leaf;
    for (const sibling of path) {
        if (sn === 0n) return false;
        if ((fn & 1n) === 1n || fn === sn) {
            hash = await sha256(NODE, sibling, hash);
            while ((fn & 1n) === 0n && fn !== 0n) {
                fn >>= 1n;
                sn >>= 1n;
            }
        } else {
            hash = await sha256(NODE, hash, sibling);
        }
        fn >>= 1n;
        sn >>= 1n;
    }
    return sn === 0n && same(hash, root);
}
