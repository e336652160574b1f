using System.Text.Json.Serialization;
using Microsoft.ML;

namespace Vigil.Model.Baselines;

/// <summary>Which baseline, and its hyperparameters. A baseline knows a transaction by its own features alone, not by the card's earlier vectors.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "model")]
[JsonDerivedType(typeof(LightGbmConfig), "lightgbm")]
[JsonDerivedType(typeof(ForestConfig), "forest")]
[JsonDerivedType(typeof(LogisticConfig), "logistic")]
public abstract record BaselineConfig
{
    static readonly Dictionary<string, BaselineConfig> s_presets = new()
    {
        ["lightgbm"] = new LightGbmConfig(),
        ["forest"] = new ForestConfig(),
        ["logistic"] = new LogisticConfig(),
    };

    internal BaselineConfig()
    {
    }

    /// <summary>The names that <see cref="Preset"/> knows.</summary>
    public static IReadOnlyCollection<string> Presets => s_presets.Keys;

    /// <summary>A baseline with the hyperparameters chosen on the handbook's validation folds.</summary>
    /// <exception cref="KeyNotFoundException">No baseline has that name.</exception>
    public static BaselineConfig Preset(string name) => s_presets[name];

    /// <summary>What learns from rows: columns in, a score and a probability of fraud out.</summary>
    /// <param name="context">Of the library, seeded.</param>
    /// <param name="columns">Those of <see cref="BaselineRow"/> that hold features.</param>
    internal abstract IEstimator<ITransformer> Estimator(MLContext context, BaselineColumns columns);
}
