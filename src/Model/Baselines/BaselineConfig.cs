using System.Text.Json.Serialization;

namespace Vigil.Model.Baselines;

/// <summary>
/// Which baseline, and its hyperparameters. All but the hybrid know a transaction by its own features alone, not by the card's earlier vectors.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "model")]
[JsonDerivedType(typeof(LightGbmConfig), "lightgbm")]
[JsonDerivedType(typeof(ForestConfig), "forest")]
[JsonDerivedType(typeof(LogisticConfig), "logistic")]
[JsonDerivedType(typeof(HybridConfig), "hybrid")]
public abstract record BaselineConfig
{
    static readonly Dictionary<string, BaselineConfig> s_presets = new()
    {
        ["lightgbm"] = new LightGbmConfig(),
        ["forest"] = new ForestConfig(),
        ["logistic"] = new LogisticConfig(),
        ["hybrid"] = new HybridConfig(),
    };

    internal BaselineConfig()
    {
    }

    /// <summary>The names that <see cref="Preset"/> knows.</summary>
    public static IReadOnlyCollection<string> Presets => s_presets.Keys;

    /// <summary>A baseline with the hyperparameters chosen on the handbook's validation folds.</summary>
    /// <exception cref="KeyNotFoundException">No baseline has that name.</exception>
    public static BaselineConfig Preset(string name) => s_presets[name];

    /// <summary>Whether it reads what an encoder, which is trained first, makes of a transaction.</summary>
    public virtual bool ReadsEncoder => false;

    /// <summary>Learns from rows, at least one.</summary>
    /// <returns>What was learnt, as text.</returns>
    internal abstract string Fit(BaselineRows rows, int seed, CancellationToken cancellationToken);

    /// <summary>Reads what <see cref="Fit"/> has learnt from rows of such columns.</summary>
    /// <exception cref="InvalidDataException">The text is no such thing.</exception>
    internal abstract IRowModel Read(string text, BaselineColumns columns);
}
