"""The settings of sound models; which ones count depends on the model."""

from collections.abc import Mapping
from typing import Any, Literal

from attrs import field, frozen

from runware_sync.names import about
from runware_sync.requests.base import OpenShape

__all__ = ["AudioModelSettings"]

GuidanceType = Literal["apg", "cfg"]
Latency = Literal["low", "normal", "balanced"]


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class AudioModelSettings(OpenShape):
    """Values of the model's own."""

    temperature: float | None = field(
        default=None, metadata=about("How far the model strays.", usual="0 to 5", default="0.6")
    )
    audio_temperature: float | None = field(
        default=None, metadata=about("How far the stage that makes the sound strays.", usual="0 to 5", default="0.8")
    )
    top_k: int | None = field(
        default=None, metadata=about("How many candidates each step may choose from.", usual="1 to 500", default="50")
    )
    top_p: float | None = field(
        default=None,
        metadata=about("Share of probability that each step may choose from.", usual="0.0001 to 1", default="0.7"),
    )
    include_prefix: bool | None = field(
        default=None, metadata=about("Whether the sample of the voice stays at the beginning.")
    )
    lyrics: str | None = field(default=None, metadata=about("Words of the song."))
    lyrics_optimizer: bool | None = field(default=None, metadata=about("Whether the words of the song are improved."))
    instrumental: bool | None = field(default=None, metadata=about("Whether nobody sings."))
    guidance_type: GuidanceType | str | None = field(default=None, metadata=about("Kind of guidance."))
    language_boost: str | None = field(default=None, metadata=about("Language to favour."))
    turbo: bool | None = field(default=None, metadata=about("Whether the faster variant is used."))
    text_normalization: bool | None = field(default=None, metadata=about("Whether numbers and signs are spelled out."))
    bpm: int | None = field(default=None, metadata=about("Beats in a minute.", usual="30 to 300", default="120"))
    key_scale: str | None = field(default=None, metadata=about("Musical key."))
    time_signature: int | None = field(default=None, metadata=about("Beats in a bar.", usual="1 to 32", default="4"))
    vocal_language: str | None = field(default=None, metadata=about("Language that is sung."))
    cover_conditioning_scale: float | None = field(
        default=None, metadata=about("How closely a cover follows its source.", usual="0 to 1", default="1")
    )
    repainting_start: float | None = field(
        default=None, metadata=about("Where the part that is made anew begins, in seconds.")
    )
    repainting_end: float | None = field(default=None, metadata=about("Where it ends, in seconds."))
    repaint_mode: str | None = field(default=None, metadata=about("How it is made anew."))
    repaint_strength: float | None = field(default=None, metadata=about("How much of it may change."))
    x_vector_only: bool | None = field(default=None, metadata=about("Whether the speaker's vector alone is used."))
    max_new_tokens: int | None = field(
        default=None, metadata=about("Largest length, in tokens.", usual="1 to 262144", default="4096")
    )
    max_tokens: int | None = field(default=None, metadata=about("Largest length, in tokens, for other models."))
    transcript: str | None = field(default=None, metadata=about("What is said in the sample of the voice."))
    cfg_interval_start: float | None = field(
        default=None,
        metadata=about(
            "Where guidance begins, as a share of the steps.", wire="cfgIntervalStart", usual="0 to 1", default="0"
        ),
    )
    cfg_interval_end: float | None = field(
        default=None,
        metadata=about(
            "Where guidance ends, as a share of the steps.", wire="cfgIntervalEnd", usual="0 to 1", default="1"
        ),
    )
    normalize: bool | None = field(default=None, metadata=about("Whether the text is normalised."))
    normalize_loudness: bool | None = field(default=None, metadata=about("Whether the loudness is evened out."))
    chunk_length: int | None = field(
        default=None, metadata=about("Length of a chunk.", usual="100 to 300", default="300")
    )
    min_chunk_length: int | None = field(
        default=None, metadata=about("Smallest length of a chunk.", usual="0 to 100", default="50")
    )
    latency: Latency | str | None = field(default=None, metadata=about("What matters more, speed or quality."))
    repetition_penalty: float | None = field(
        default=None, metadata=about("How much repetition is held back.", usual="0 to 2", default="1.2")
    )
    condition_on_previous_chunks: bool | None = field(
        default=None, metadata=about("Whether a chunk knows those before it.")
    )
    early_stop_threshold: float | None = field(
        default=None, metadata=about("Certainty at which the model stops early.", usual="0 to 1", default="1")
    )
    voice_modify: Mapping[str, Any] | None = field(
        default=None, metadata=about("How the voice is changed, in the API's own spelling.")
    )
