using System.CommandLine;
using System.CommandLine.Parsing;
using Vigil.Backtest;

namespace Vigil;

/// <summary>The options that say which windows a training or a backtest uses: the handbook's protocol, or one's own.</summary>
sealed class ProtocolOptions
{
    readonly Option<string?> _protocol = new("--protocol")
    {
        Description = "Named windows. handbook: the folds of the Fraud Detection Handbook on its data set; the default where --train is not given",
        HelpName = "NAME",
    };

    readonly Option<TimeWindow?> _train = Durations.WindowOption("--train", "Transactions whose labels are learnt");
    readonly Option<TimeSpan?> _delay =
        Durations.OptionalOption("--delay", "From a transaction to its label, where the data does not say; 7d where it is not given");
    readonly Option<TimeWindow?> _later;

    /// <summary>Options with one later window: what it is called, and what it is for.</summary>
    internal ProtocolOptions(string laterName, string laterDescription)
    {
        _later = Durations.WindowOption(laterName, laterDescription);
        _protocol.AcceptOnlyFromAmong("handbook");
    }

    internal void AddTo(Command command)
    {
        command.Options.Add(_protocol);
        command.Options.Add(_train);
        command.Options.Add(_delay);
        command.Options.Add(_later);
        command.Validators.Add(result =>
        {
            if (HasOwn(result) && result.GetResult(_protocol) is not null) result.AddError("--protocol and --train exclude each other: give one of them.");
            if (!HasOwn(result) && result.GetResult(_later) is not null) result.AddError($"{_later.Name} needs --train.");
        });
    }

    /// <summary>The training window, or null for the handbook's protocol.</summary>
    internal TimeWindow? Train(ParseResult parsed) => parsed.GetValue(_train);

    /// <summary>Whether the windows are one's own.</summary>
    internal bool HasOwn(CommandResult result) => result.GetResult(_train) is not null;

    /// <summary>Whether only the training window is given.</summary>
    internal bool IsHalf(CommandResult result) => HasOwn(result) && result.GetResult(_later) is null;

    internal TimeSpan Delay(ParseResult parsed) => parsed.GetValue(_delay) ?? HandbookProtocol.LabelDelay;

    /// <summary>The fold of one's own windows; null where the later window is not given.</summary>
    /// <exception cref="UserError">The windows overlap, or the training's labels arrive after the later window's start.</exception>
    internal Fold? Own(ParseResult parsed)
    {
        if (parsed.GetValue(_train) is not { } train || parsed.GetValue(_later) is not { } later) return null;
        TimeSpan delay = Delay(parsed);
        return later.From >= train.To + delay ? new(train, delay, later) : throw new UserError(
            $"{_later.Name} starts at {later.From}, but the last label of --train arrives at {train.To + delay} (its end and the label delay): "
            + "start later, or end --train earlier.");
    }
}
