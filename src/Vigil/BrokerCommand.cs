using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using Vigil.Ingest;

namespace Vigil;

/// <summary><c>vigil broker</c>: the embedded broker in a process of its own. Its first line of output is its address.</summary>
static class BrokerCommand
{
    /// <summary>The option by which a parent process ties the broker to itself.</summary>
    internal const string UntilInputEnds = "--until-input-ends";

    internal static Command Create()
    {
        var names = new IngestOptions();
        var topics = new Option<KeyValuePair<string, int>[]>("--topic")
        {
            Description = "A topic to make, as NAME:PARTITIONS; may be given again.",
            HelpName = "NAME:PARTITIONS",
            CustomParser = ParseTopics,
            DefaultValueFactory = _ => [.. Topics.Of(names, 4)],
        };
        var untilInputEnds = new Option<bool>(UntilInputEnds)
        {
            Description = "End when standard input does, and ignore Ctrl-C: for a parent process.",
        };
        var command = new Command("broker", $"Run the embedded Kafka broker alone.{Environment.NewLine}{EmbeddedBroker.Limits}") { topics, untilInputEnds };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var made = new Dictionary<string, int>(parsed.GetValue(topics)!);
            using var broker = EmbeddedBroker.Start(made);
            if (made.ContainsKey(names.TransactionsTopic)) broker.KeepTrimmed(names.TransactionsTopic, names.Group);
            foreach (string topic in (string[])[names.LabelsTopic, names.ActivityTopic])
                if (made.ContainsKey(topic)) broker.KeepTrimmed(topic, names.FactsGroup);
            Console.WriteLine(broker.BootstrapServers);
            if (parsed.GetValue(untilInputEnds)) WaitForInputToEnd();
            else await UntilCancelledAsync(cancellationToken);
            return 0;
        });
        return command;
    }

    static void WaitForInputToEnd()
    {
        // Ctrl-C in a terminal reaches every process of the foreground group; the parent still needs the broker to drain.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        while (Console.In.ReadLine() is not null) { }
    }

    static async Task UntilCancelledAsync(CancellationToken cancellationToken)
    {
        var cancelled = new TaskCompletionSource();
        await using var registration = cancellationToken.Register(cancelled.SetResult);
        await cancelled.Task;
    }

    static KeyValuePair<string, int>[]? ParseTopics(ArgumentResult result)
    {
        var topics = new List<KeyValuePair<string, int>>();
        foreach (var token in result.Tokens)
        {
            if (token.Value.Split(':') is [{ Length: > 0 } name, var count] && int.TryParse(count, out int partitions) && partitions > 0)
                topics.Add(new(name, partitions));
            else result.AddError($"--topic is '{token.Value}'; expected is NAME:PARTITIONS, such as card-transactions:4.");
        }
        return [.. topics];
    }
}
