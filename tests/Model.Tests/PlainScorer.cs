using Vigil.Features;
using static TorchSharp.torch;

namespace Vigil.Model.Tests;

/// <summary>The plain twin of <see cref="SequenceScorer"/>: the tensor library's forward over every transaction's whole window.</summary>
sealed class PlainScorer : IDisposable
{
    readonly Checkpoint _checkpoint;
    readonly FraudEncoder _encoder;

    public PlainScorer(Checkpoint checkpoint)
    {
        _checkpoint = checkpoint;
        _encoder = new(checkpoint.Manifest.Config);
        _encoder.SetWeights(checkpoint.Weights);
    }

    /// <summary>Of the last of a card's transactions.</summary>
    public float Logit(List<FeatureVector> history)
    {
        var config = _checkpoint.Manifest.Config;
        int own = (history.Count - 1) / config.Segment * config.Segment;
        var window = new TrainingWindow(own == 0 ? null : Segment(history, own - config.Segment, own), Segment(history, own, history.Count));
        using var scope = NewDisposeScope();
        using var without = inference_mode();
        var logits = _encoder.forward(new TrainingBatches(config, _checkpoint.Manifest.Normalisation, CPU).Fill([window]));
        return logits[0, -1].Value();
    }

    TrainingSegment Segment(List<FeatureVector> history, int from, int to)
    {
        var segment = new TrainingSegment(_checkpoint.Manifest.Config.Segment);
        for (int i = from; i < to; i++) segment.Add(history[i], RowRole.Train, false, 0);
        return segment;
    }

    public void Dispose() => _encoder.Dispose();
}
