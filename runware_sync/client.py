"""The facade: one method for each operation, and the life of the connection behind them."""

from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from attrs import evolve

from runware_sync.operation import operation
from runware_sync.options import HASTE, Settings
from runware_sync.requests.deferred import deferred
from runware_sync.runner import Runner
from runware_sync.secrecy import Secret

if TYPE_CHECKING:  # ssl costs as much to import as all of this package, and each request class a millisecond
    import ssl

    from runware_sync.calls.pending import Pending
    from runware_sync.requests import (
        AccountManagement,
        AudioInference,
        Caption,
        ControlNetPreprocess,
        GetResponse,
        GetTaskDetails,
        ImageInference,
        ImageMasking,
        ImageUpload,
        MediaStorage,
        ModelSearch,
        ModelUpload,
        PhotoMaker,
        PromptEnhance,
        RemoveBackground,
        RemoveBackgroundVideo,
        StreamText,
        TextInference,
        ThreeDInference,
        Training,
        Upscale,
        UpscaleVideo,
        Vectorize,
        VideoInference,
    )
else:
    AccountManagement, AudioInference, Caption = deferred("AccountManagement AudioInference Caption")
    ControlNetPreprocess, GetResponse, GetTaskDetails = deferred("ControlNetPreprocess GetResponse GetTaskDetails")
    ImageInference, ImageMasking, ImageUpload = deferred("ImageInference ImageMasking ImageUpload")
    MediaStorage, ModelSearch, ModelUpload = deferred("MediaStorage ModelSearch ModelUpload")
    PhotoMaker, PromptEnhance, RemoveBackground = deferred("PhotoMaker PromptEnhance RemoveBackground")
    RemoveBackgroundVideo, StreamText, TextInference = deferred("RemoveBackgroundVideo StreamText TextInference")
    ThreeDInference, Training, Upscale = deferred("ThreeDInference Training Upscale")
    UpscaleVideo, Vectorize, VideoInference = deferred("UpscaleVideo Vectorize VideoInference")

__all__ = ["Runware"]


class Runware(Runner):
    """The Runware API as ordinary blocking calls, over one connection that any number of threads may share.

    Making a client does nothing but check its settings; the first call connects. Use it with `with`, or call `close()`;
    a client that nobody holds closes itself.

    Args:
        api_key: The account's key; by default the environment variable `RUNWARE_API_KEY`. The sandbox needs none.
        url: Address of the service; by default `RUNWARE_URL`, else the public one. `sandbox:` starts the built-in
            offline service. Plain `ws://` is for this machine only.
        timeout: Seconds that one waiting window lasts. Default: 60.
        max_retries: Windows after the first. 0 means exactly one, and exactly one purchase. Default: 2.
        should_reconnect: Whether a lost connection is made anew. With `False` it fails what waits, and the next calls
            raise `ConnectionFailedError`, unsent, until `connect()`. Default: `True`.
        connect_timeout: Seconds for DNS, TCP, TLS, handshake and sign-in together. Default: 15.
        heartbeat: Seconds of silence before a ping; the same again without a sign of life, and the connection counts
            as dead. Default: 15.
        max_in_flight: How many calls of `submit` and `map` run at one time; others wait for their turn. Default: 32.
        include_cost: Whether prices are asked for, where a request does not say. Default: `True`.
        upload_threshold: Bytes up to which a picture travels inside of a task. A larger one is uploaded once, unless it
            has more than 2048 pixels a side, and named by its UUID from then on; 0 uploads all. Default: 256 KiB.
        preview_pixels: Pixels that a picture has at most when a notebook shows it; a larger one is scaled for that.
            Default: 1048576.
        local_files: `False` refuses to read any path; for services that pass the strings of their users on.
        proxy: URL of an HTTP proxy; by default the environment's.
        ssl_context: TLS settings; by default the system's certificates.
        max_message: Bytes that one message may have. Default: 256 MiB.
        dry_run: Have the service check requests without running them. Experimental: its answers are not documented.
        share_key: Whether a pickle of the client holds the key. By default the process that gets it reads its own
            `RUNWARE_API_KEY`.

    Raises:
        ConfigurationError: There is no key, or a setting cannot work.
    """

    def __init__(
        self,
        api_key: "str | Secret | None" = None,
        *,
        url: str | None = None,
        timeout: float = 60.0,
        max_retries: int = 2,
        should_reconnect: bool = True,
        connect_timeout: float = 15.0,
        heartbeat: float = 15.0,
        max_in_flight: int = 32,
        include_cost: bool = True,
        upload_threshold: int = 262144,
        preview_pixels: int = 1048576,
        local_files: bool = True,
        proxy: "str | Secret | None" = None,
        ssl_context: "ssl.SSLContext | None" = None,
        max_message: int = 268435456,
        dry_run: bool = False,
        share_key: bool = False,
    ) -> None:
        api_key = None if api_key is None else Secret.of(api_key)  # tracebacks show what stands in variables
        proxy = None if proxy is None else Secret.of(proxy)
        settings = Settings.read(
            api_key=api_key,
            url=url,
            timeout=timeout,
            max_retries=max_retries,
            should_reconnect=should_reconnect,
            connect_timeout=connect_timeout,
            heartbeat=heartbeat,
            max_in_flight=max_in_flight,
            include_cost=include_cost,
            upload_threshold=upload_threshold,
            preview_pixels=preview_pixels,
            local_files=local_files,
            proxy=proxy,
            ssl_context=ssl_context,
            max_message=max_message,
            dry_run=dry_run,
            share_key=share_key,
        )
        from runware_sync.sharing import lay  # what a connection needs loads with the first client

        super().__init__(settings, lay(settings))

    def __getstate__(self) -> dict[str, Any]:
        """Pickle as settings: the key only with `share_key=True`, and never the connection.

        In each process all clients that were unpickled with the same settings share one connection, until it is closed.
        """
        return self._settings.packed()

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Join the connection that this process has for the same settings."""
        from runware_sync.sharing import join

        settings = Settings.unpacked(state)
        super().__init__(settings, join(settings))

    def __copy__(self) -> Self:
        """Return a client that shares everything with this one, as `with_options` does."""
        return self.with_options()

    def __deepcopy__(self, _memo: dict[int, Any]) -> Self:
        """Return the same as a plain copy: a connection is not doubled."""
        return self.with_options()

    # -- the operations ---------------------------------------------------------------------------------------------

    image_inference = operation(ImageInference)
    caption = operation(Caption)
    remove_background = operation(RemoveBackground)
    upscale = operation(Upscale)
    prompt_enhance = operation(PromptEnhance)
    control_net_preprocess = operation(ControlNetPreprocess)
    image_masking = operation(ImageMasking)
    photo_maker = operation(PhotoMaker)
    vectorize = operation(Vectorize)
    video_inference = operation(VideoInference)
    upscale_video = operation(UpscaleVideo)
    remove_background_video = operation(RemoveBackgroundVideo)
    audio_inference = operation(AudioInference)
    text_inference = operation(TextInference)
    stream_text = operation(StreamText)
    three_d_inference = operation(ThreeDInference)
    training = operation(Training)
    image_upload = operation(ImageUpload)
    media_storage = operation(MediaStorage)
    model_upload = operation(ModelUpload)
    model_search = operation(ModelSearch)
    account_management = operation(AccountManagement)
    get_response = operation(GetResponse)
    get_task_details = operation(GetTaskDetails)

    # -- the connection ---------------------------------------------------------------------------------------------

    @classmethod
    def initialize(cls, api_key: "str | Secret | None" = None, **settings: Any) -> Self:
        """Make a client and connect it; takes what `Runware` takes."""
        api_key = None if api_key is None else Secret.of(api_key)
        if settings.get("proxy") is not None:
            settings["proxy"] = Secret.of(settings["proxy"])
        return cls(api_key, **settings).connect()

    def connect(self) -> Self:
        """Connect and sign in now, unless that is done, and return the client.

        Tries once, within `connect_timeout`; a pause between two tries after an outage ends at once. Opens a client
        again that was closed.

        Raises:
            AuthenticationError: The key was refused.
            ConnectionFailedError: The service could not be reached.
        """
        self._connection.connect()
        return self

    def close(self, *, wait: bool = False, timeout: float = 5.0) -> None:
        """Close the connection, and end every call that waits with `ClientClosedError`, at once.

        Closing twice does nothing. Safe to call from any thread, from a signal handler, and at interpreter exit.
        `connect()` opens it again. What had been sent goes on
        at the service, and may be billed; `job` collects it.

        Args:
            wait: Whether submitted jobs are let finish first, however long they take. Default: `False`.
            timeout: Seconds to let the server say goodbye before the socket is cut. Default: 5.
        """
        self._line.close(wait=wait, timeout=timeout)

    disconnect = close

    @property
    def connected(self) -> bool:
        """Whether there is a connection that is signed in."""
        return self._connection.is_open

    def pending(self) -> "list[Pending]":
        """Return the calls that wait, the oldest first."""
        from runware_sync.calls.pending import pending

        return pending(self._connection)

    def with_options(
        self,
        *,
        timeout: float | None = None,
        max_retries: int | None = None,
        include_cost: bool | None = None,
        progress: bool | None = None,
    ) -> Self:
        """Return a client with other defaults that shares this one's connection.

        Args:
            timeout: Seconds that one window lasts, also of what is long by nature, such as films and training.
            max_retries: Windows after the first.
            include_cost: Whether prices are asked for.
            progress: Whether blocking calls that take long (films, 3D, training, adding a model), or bring several
                results, show how far they are; and `map`, by default.

        Raises:
            ConfigurationError: A value cannot work.
        """
        given: dict[str, Any] = {
            "timeout": timeout,
            "timeout_for_all": None if timeout is None else True,
            "max_retries": max_retries,
            "include_cost": include_cost,
            "progress": progress,
        }
        changed = {name: value for name, value in given.items() if value is not None}
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__)
        other._settings = evolve(self._settings, **changed)
        other._desk = None
        return other

    def __enter__(self) -> Self:
        """Return the client."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the client: after the submitted jobs are done, or at once if an exception leaves."""
        if kind is None:
            self.close(wait=True)
        else:
            self.close(timeout=HASTE)

    def __repr__(self) -> str:
        """Return address, state and calls in flight; never the key."""
        if "_connection" not in self.__dict__:  # its making has failed, and a debugger looks at it
            return f"<{type(self).__name__}, never made>"
        waiting = len(self._connection.waiting)
        return f"<Runware {self._settings.shown_url}, {self._connection.state.value}, {waiting} in flight>"
