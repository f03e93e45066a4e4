/** A manifest in the form that the resource's document has it: each property a placeholder of its own name. */
export const DOCUMENT_MANIFEST = `version: 1
name: stack name
description: stack description
providers:
  - aws
globals:
  - name: region
    value: '{{ vars.AWS_REGION }}'
resources:
  - name: image_version
    props:
      - name: image_name
        value: '{{ image_name }}'
      - name: base_image
        value: '{{ base_image }}'
      - name: alias
        value: '{{ alias }}'
      - name: aliases
        value:
          - null
      - name: vendor_guidance
        value: '{{ vendor_guidance }}'
      - name: job_type
        value: '{{ job_type }}'
      - name: ml_framework
        value: '{{ ml_framework }}'
      - name: programming_lang
        value: '{{ programming_lang }}'
      - name: processor
        value: '{{ processor }}'
      - name: horovod
        value: '{{ horovod }}'
      - name: release_notes
        value: '{{ release_notes }}'
`;

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
