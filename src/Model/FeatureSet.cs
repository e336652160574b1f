using Vigil.Features;

namespace Vigil.Model;

/// <summary>What a checkpoint's features are and what they were computed under: its weights score right only on the same.</summary>
/// <param name="Version">As in <see cref="FeatureList.Version"/>.</param>
/// <param name="Numeric">Names, in order.</param>
/// <param name="Categorical">Names, in order.</param>
public sealed record FeatureSet(string Version, IReadOnlyList<string> Numeric, IReadOnlyList<string> Categorical)
{
    /// <summary>As in <see cref="FeatureOptions.HistoryLength"/>.</summary>
    public required int HistoryLength { get; init; }

    /// <summary>As in <see cref="FeatureOptions.StepLength"/>.</summary>
    public required TimeSpan StepLength { get; init; }

    /// <summary>As in <see cref="FeatureOptions.CardIdleAge"/>.</summary>
    public required TimeSpan CardIdleAge { get; init; }

    /// <summary>The feature list of this build, computed under the given options.</summary>
    public static FeatureSet Of(FeatureOptions options) =>
        new(FeatureList.Version, [.. FeatureList.Numeric.Select(feature => feature.Name)], [.. FeatureList.Categorical.Select(feature => feature.Name)])
        {
            HistoryLength = options.HistoryLength,
            StepLength = options.StepLength,
            CardIdleAge = options.CardIdleAge,
        };

    /// <summary>Call it wherever a checkpoint is about to score: features computed under other options would give wrong scores without a sign of it.</summary>
    /// <param name="options">Those that this process computes features under.</param>
    /// <exception cref="InvalidDataException">They are not those of the training; the message says what was found and what was expected.</exception>
    public void EnsureSame(FeatureOptions options)
    {
        const string Hint = "score under the options of the training, or train again under these";
        Checkpoint.Expect(HistoryLength, options.HistoryLength, $"the checkpoint's {nameof(HistoryLength)}", Hint);
        Checkpoint.Expect(StepLength, options.StepLength, $"the checkpoint's {nameof(StepLength)}", Hint);
        Checkpoint.Expect(CardIdleAge, options.CardIdleAge, $"the checkpoint's {nameof(CardIdleAge)}", Hint);
    }
}
