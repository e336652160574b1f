using System.Text.Json.Serialization;
using Vigil.Features;

namespace Vigil.Model;

/// <summary>What a checkpoint's features are and what they were computed under: its weights score right only on the same.</summary>
/// <param name="Version">As in <see cref="FeatureList.Version"/>.</param>
/// <param name="Numeric">Names, in order.</param>
/// <param name="Categorical">Names, in order.</param>
public sealed record FeatureSet(string Version, IReadOnlyList<string> Numeric, IReadOnlyList<string> Categorical)
{
    /// <summary>What checkpoints were trained under before they recorded it.</summary>
    const int UnrecordedHistoryLength = 256;

    static readonly TimeSpan s_unrecordedStepLength = TimeSpan.FromHours(1), s_unrecordedCardIdleAge = TimeSpan.FromDays(180);

    /// <summary>As in <see cref="FeatureOptions.HistoryLength"/>; null in a checkpoint that does not record it, which means 256.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] // an absent entry stays absent, so the hash of such a checkpoint stays true
    public int? HistoryLength { get; init; }

    /// <summary>As in <see cref="FeatureOptions.StepLength"/>; null in a checkpoint that does not record it, which means 1 hour.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? StepLength { get; init; }

    /// <summary>As in <see cref="FeatureOptions.CardIdleAge"/>; null in a checkpoint that does not record it, which means 180 days.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? CardIdleAge { get; init; }

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
        Checkpoint.Expect(HistoryLength ?? UnrecordedHistoryLength, options.HistoryLength, $"the checkpoint's {nameof(HistoryLength)}", Hint);
        Checkpoint.Expect(StepLength ?? s_unrecordedStepLength, options.StepLength, $"the checkpoint's {nameof(StepLength)}", Hint);
        Checkpoint.Expect(CardIdleAge ?? s_unrecordedCardIdleAge, options.CardIdleAge, $"the checkpoint's {nameof(CardIdleAge)}", Hint);
    }
}
