// Sigstore's own verifier, given a bundle and a public key: prints OK, or the code of what is wrong.
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { bundleFromJSON } from '@sigstore/bundle';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';

const [bundleFile, keyFile] = process.argv.slice(2);
const publicKey = createPublicKey(readFileSync(keyFile));
const noRoots = { tlogs: [], ctlogs: [], certificateAuthorities: [], timestampAuthorities: [] };
const believed = toTrustMaterial(noRoots, () => ({ publicKey, validFor: () => true }));
const verifier = new Verifier(believed, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 });

try {
  verifier.verify(toSignedEntity(bundleFromJSON(JSON.parse(readFileSync(bundleFile, 'utf8')))));
  console.log('OK');
} catch (error) {
  console.log(error.code ?? error.message);
  process.exitCode = 1;
}
