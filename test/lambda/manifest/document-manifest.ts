import { DOCUMENT } from '../../fixtures/stackql-document.ts';

/** The manifest as the resource's document has it: each property a placeholder of its own name. */
export const DOCUMENT_MANIFEST = DOCUMENT.manifest;

export const DOCUMENT_VARS = { AWS_REGION: 'us-east-1' };

/** Values for all of its placeholders. */
export const DOCUMENT_PARAMS = {
  image_name: 'pytorch',
  base_image: 'registry/pytorch:2.6',
  alias: 'stable',
  vendor_guidance: 'STABLE',
  job_type: 'TRAINING',
  ml_framework: 'PyTorch 2.6',
  programming_lang: 'Python 3.12',
  processor: 'CPU',
  horovod: false,
  release_notes: 'the first one',
};
