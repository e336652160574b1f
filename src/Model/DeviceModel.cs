using static TorchSharp.torch;

namespace Vigil.Model;

/// <summary>
/// An encoder on a device of the tensor library, for all partitions of a process: one set of weights, one <see cref="PagedCache"/>, and one line of
/// transactions that wait to be scored together, until they are <see cref="ModelOptions.MaxBatch"/> or somebody asks. Used by one thread.
/// </summary>
public sealed class DeviceModel : IDisposable
{
    const string ForAny = $"set the device to {ModelOptions.OwnDecoder}, which scores any model";

    readonly ModelOptions _options;
    readonly TimeProvider _clock;
    readonly PagedEncoder _encoder;
    readonly List<WaitingStep> _line = [];
    long _since;

    DeviceModel(Checkpoint checkpoint, Device device, ModelOptions options, TimeProvider clock)
    {
        (_options, _clock, Manifest) = (options, clock, checkpoint.Manifest);
        _encoder = new(checkpoint, options.CacheBytes, device);
    }

    /// <summary>The encoder's.</summary>
    internal CheckpointManifest Manifest { get; }

    /// <summary>How many whole contexts a GiB of the cache holds; most cards have fewer transactions, and take fewer pages.</summary>
    public double CardsPerGiB => PagedCache.CardsPerGiB(Manifest.Config, ScalarType.Float32);

    /// <summary>Whether anybody stands in the line.</summary>
    public bool IsWaiting => _line.Count > 0;

    /// <summary>How long the line may still wait for more, by <see cref="ModelOptions.MaxWait"/>; 0 or less where it may not, and where nobody waits.</summary>
    public TimeSpan Patience => !IsWaiting ? TimeSpan.Zero : _options.MaxWait - _clock.GetElapsedTime(_since);

    /// <summary>A model on the device that the options name; null where they name none, so that the model's own scorers score.</summary>
    /// <param name="model">An encoder of the architecture "r1".</param>
    /// <param name="options">What the operator sets.</param>
    /// <param name="clock">Tells how long a line has waited; no score depends on it.</param>
    /// <exception cref="InvalidDataException">The model is another, or the device is not there.</exception>
    public static DeviceModel? Open(FraudModel model, ModelOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Device == ModelOptions.OwnDecoder) return null;
        if (model is not Checkpoint { Manifest.Config.Architecture: "r1" } checkpoint)
            throw new InvalidDataException($"the device {options.Device} scores encoders of the architecture r1 alone; {ForAny}");
        if (options.Device == ModelOptions.TorchCpu) return new(checkpoint, CPU, options, clock);
        return new(checkpoint, CudaDevice.Open(options.Device, $"{ModelOptions.OwnDecoder}, {ModelOptions.TorchCpu}", ForAny), options, clock);
    }

    /// <summary>A scorer that has seen nothing, of one partition.</summary>
    public DeviceScorer NewScorer() => new(this);

    /// <summary>Scores everybody in the line and tells each its score, in the line's order.</summary>
    public void Flush()
    {
        if (_line.Count == 0) return;
        WaitingStep[] line = [.. _line];
        _line.Clear();
        var scores = _encoder.Score([.. line.Select(step => new PagedItem(step.Card, step.Index, step.Scorer.Share))], _options.MaxBatch);
        for (int i = 0; i < line.Length; i++) line[i].Scorer.Tell(line[i], scores[i]);
    }

    /// <summary>Frees the weights and the cache.</summary>
    public void Dispose() => _encoder.Dispose();

    internal void Add(WaitingStep step)
    {
        if (_line.Count == 0) _since = _clock.GetTimestamp();
        _line.Add(step);
        if (_line.Count >= _options.MaxBatch) Flush();
    }

    /// <summary>Scores the line where a card stands in it: what it asks of the card is to change.</summary>
    internal void FlushFor(CardTokens card)
    {
        if (_line.Exists(step => step.Card == card)) Flush();
    }

    /// <summary>The card is forgotten.</summary>
    internal void Release(CardTokens card)
    {
        FlushFor(card);
        _encoder.Release(card);
    }

    /// <summary>The logit of features alone.</summary>
    internal float Judge(ReadOnlySpan<float> standardised) => _encoder.Judge(standardised);

    /// <summary>The context of one of a card's transactions, to take parts of it away.</summary>
    internal ContextAblation Ablate(WaitingStep step, bool isFallback)
    {
        long start = Manifest.Config.ContextStart(step.Index);
        int place = (int)(step.Index - start);
        var item = new PagedItem(step.Card, step.Index, step.Scorer.Share);
        return new(step.Card, start, place, isFallback ? 0 : ContextAblation.MostEarlier, variants => _encoder.Logits(item, place, variants));
    }
}

/// <summary>A transaction in the line.</summary>
/// <param name="Scorer">Its partition's.</param>
/// <param name="Card">Whose it is.</param>
/// <param name="Index">Which of the card's.</param>
/// <param name="Raw">Its numeric features in raw units.</param>
/// <param name="Tell">Told its score.</param>
sealed record WaitingStep(DeviceScorer Scorer, CardTokens Card, long Index, double[] Raw, Action<FraudScore> Tell);
