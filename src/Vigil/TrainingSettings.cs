using System.CommandLine;
using System.CommandLine.Parsing;
using System.ComponentModel.DataAnnotations;
using Vigil.Model;

namespace Vigil;

/// <summary>The options of an encoder's hyperparameters.</summary>
sealed class TrainingSettings
{
    readonly Option<int?> _epochs = new("--epochs") { Description = "Passes over the training rows; with validation, the most", HelpName = "N" };
    readonly Option<double?> _learningRate = new("--learning-rate") { Description = "Highest learning rate of the schedule", HelpName = "X" };
    readonly Option<double?> _fraudWeight = new("--fraud-weight") { Description = "What a fraud weighs in the loss, as a genuine transaction weighs 1", HelpName = "X" };

    Option[] All => [_epochs, _learningRate, _fraudWeight];

    internal void AddTo(Command command)
    {
        foreach (Option option in All) command.Options.Add(option);
    }

    /// <summary>The names of those that the command line gives.</summary>
    internal IEnumerable<string> Given(CommandResult result) => All.Where(option => result.GetResult(option) is not null).Select(option => option.Name);

    /// <summary>The settings given, over those chosen on the handbook's validation folds.</summary>
    /// <exception cref="ValidationException">A setting is out of its range.</exception>
    internal TrainingOptions Read(ParseResult parsed, EncoderConfig encoder, TrainingOptions chosen, int seed, IReadOnlyDictionary<string, string> provenance)
    {
        var options = new TrainingOptions
        {
            Config = encoder,
            Seed = seed,
            Epochs = parsed.GetValue(_epochs) ?? chosen.Epochs,
            Patience = chosen.Patience,
            BatchWindows = chosen.BatchWindows,
            LearningRate = parsed.GetValue(_learningRate) ?? chosen.LearningRate,
            WeightDecay = chosen.WeightDecay,
            WarmUp = chosen.WarmUp,
            ClipNorm = chosen.ClipNorm,
            FraudWeight = parsed.GetValue(_fraudWeight) ?? chosen.FraudWeight,
            Provenance = provenance,
        };
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        return options;
    }
}
