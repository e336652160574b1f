using Vigil.Features;

namespace Vigil.Model.Baselines;

/// <summary>A training set's rows through an encoder, one transaction at a time, as in the stream.</summary>
sealed class EncodedWindows(Checkpoint encoder)
{
    readonly EncoderConfig _config = encoder.Manifest.Config;
    readonly Decoder _decoder = new(encoder);
    readonly CardCache _cache = new(encoder.Manifest.Config, encoder.Manifest.Config.Context);
    readonly RowNormaliser _rows = new(encoder.Manifest.Normalisation);
    readonly float[] _standardised = new float[FeatureList.Numeric.Count];

    /// <summary>What the head read of the row last given out.</summary>
    internal ReadOnlySpan<float> Encoded => _decoder.Encoded;

    /// <summary>Every row of a role, with its logit.</summary>
    internal IEnumerable<(TrainingSegment Segment, int Row, float Logit)> Rows(TrainingSet set, RowRole role)
    {
        foreach (TrainingWindow window in set.WindowsWith(role))
        {
            int place = 0;
            for (int i = window.Previous is { } before ? before.Count - _config.Memory : 0; i < window.Previous?.Count; i++)
                _decoder.Remember(TokenOf(window.Previous, i), _cache, place++);
            for (int i = 0; i < window.Own.Count; i++, place++)
            {
                if (window.Own.Roles[i] == role)
                    yield return (window.Own, i, FraudScore.FromLogit(_decoder.Score(TokenOf(window.Own, i), _cache, place).Logit).Logit);
                else _decoder.Remember(TokenOf(window.Own, i), _cache, place);
            }
        }
    }

    Token TokenOf(TrainingSegment segment, int row)
    {
        _rows.ReadBent(segment.NumericOf(row).Span, _standardised);
        return new(_standardised, segment.CategoricalOf(row).Span, segment.Times[row]);
    }
}
