"""Where well-known services of language models are asked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Preset:
    """A service by its short name; `base_url` may hold a word in capitals to be replaced."""

    name: str
    title: str
    base_url: str
    needs_key: bool = True


PRESETS = (
    Preset("openai", "OpenAI", "https://api.openai.com/v1"),
    Preset("azure", "Azure", "https://RESOURCE.openai.azure.com/openai/v1"),
    Preset("anthropic", "Anthropic", "https://api.anthropic.com/v1"),
    Preset("openrouter", "OpenRouter", "https://openrouter.ai/api/v1"),
    Preset("ollama", "Ollama", "http://localhost:11434/v1", needs_key=False),
    Preset("vllm", "vLLM", "http://localhost:8000/v1", needs_key=False),
    Preset("llamacpp", "llama.cpp", "http://localhost:8080/v1", needs_key=False),
)


def preset(name: str) -> Preset | None:
    """The service called `name`."""
    return next((one for one in PRESETS if one.name == name), None)
