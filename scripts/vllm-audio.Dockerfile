# vLLM with what it needs to decode sounds, for the `audio` service of docker-compose.yml.
FROM vllm/vllm-openai:v0.19.0
RUN uv pip install --system 'vllm[audio]==0.19.0'
