using System.CommandLine;
using System.CommandLine.Parsing;
using System.ComponentModel.DataAnnotations;
using Vigil.Model;
using Vigil.Model.Baselines;

namespace Vigil;

/// <summary>The options of an encoder's hyperparameters.</summary>
sealed class TrainingSettings
{
    static readonly string[] s_teachers = [.. BaselineConfig.Presets.Where(name => !BaselineConfig.Preset(name).ReadsEncoder)];

    readonly Option<int?> _epochs = new("--epochs") { Description = "Passes over the training rows; with validation, the most", HelpName = "N" };
    readonly Option<int?> _pretrain = new("--pretrain-epochs")
    {
        Description = "Passes before them over all transactions, without labels, in which hidden fields are predicted",
        HelpName = "N",
    };
    readonly Option<double?> _learningRate = new("--learning-rate") { Description = "Highest learning rate of the schedule", HelpName = "X" };
    readonly Option<double?> _fraudWeight = new("--fraud-weight")
    {
        Description = "What a fraud weighs in the loss, as a genuine transaction weighs 1",
        HelpName = "X",
    };
    readonly Option<double?> _focalGamma = new("--focal-gamma")
    {
        Description = "How much less a transaction counts the better it is told already; 0: not at all",
        HelpName = "X",
    };
    readonly Option<bool> _bf16 = new("--bf16") { Description = "Forward and backward on 16-bit floats; weights stay 32-bit ones" };

    readonly Option<string?> _teacher = new("--teacher")
    {
        Description = "A model that learns the labels first; what it says of transactions without one is learnt beside them: "
            + string.Join(", ", s_teachers),
        HelpName = "NAME",
    };
    readonly Option<double?> _teacherWeight = new("--teacher-weight")
    {
        Description = "What such a transaction weighs in the loss, as a labelled one weighs 1",
        HelpName = "X",
    };
    readonly Option<int?> _batch = new("--batch") { Description = "Windows, of at most two segments of a card each, that a step learns from", HelpName = "N" };
    readonly Option<string> _device = new("--train-on")
    {
        Description = "Where an encoder is trained: cpu, cuda or cuda:N",
        HelpName = "DEVICE",
        DefaultValueFactory = _ => TrainingOptions.Cpu,
    };

    Option[] All => [_epochs, _pretrain, _learningRate, _fraudWeight, _focalGamma, _teacher, _teacherWeight, _batch, _device, _bf16];

    internal void AddTo(Command command)
    {
        _teacher.AcceptOnlyFromAmong(s_teachers);
        foreach (Option option in All) command.Options.Add(option);
    }

    /// <summary>The names of those that the command line gives.</summary>
    internal IEnumerable<string> Given(CommandResult result) =>
        All.Where(option => result.GetResult(option) is { Implicit: false }).Select(option => option.Name);

    /// <summary>The settings given, over those chosen on the handbook's validation folds.</summary>
    /// <exception cref="ValidationException">A setting is out of its range.</exception>
    internal TrainingOptions Read(ParseResult parsed, EncoderConfig encoder, TrainingOptions chosen, int seed, IReadOnlyDictionary<string, string> provenance)
    {
        TrainingOptions options = chosen with
        {
            Config = encoder,
            Seed = seed,
            Epochs = parsed.GetValue(_epochs) ?? chosen.Epochs,
            PretrainEpochs = parsed.GetValue(_pretrain) ?? chosen.PretrainEpochs,
            LearningRate = parsed.GetValue(_learningRate) ?? chosen.LearningRate,
            FraudWeight = parsed.GetValue(_fraudWeight) ?? chosen.FraudWeight,
            FocalGamma = parsed.GetValue(_focalGamma) ?? chosen.FocalGamma,
            Teacher = parsed.GetValue(_teacher) is { } teacher ? BaselineConfig.Preset(teacher) : chosen.Teacher,
            TeacherWeight = parsed.GetValue(_teacherWeight) ?? chosen.TeacherWeight,
            BatchWindows = parsed.GetValue(_batch) ?? chosen.BatchWindows,
            Device = parsed.GetRequiredValue(_device),
            Bf16 = parsed.GetValue(_bf16),
            Provenance = provenance,
        };
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        return options;
    }
}
