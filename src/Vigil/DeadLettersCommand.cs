using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Vigil.Alerts;
using Vigil.Ingest;

namespace Vigil;

/// <summary><c>vigil dead-letters</c>: the records that could not be read as transactions or labels, and putting them back.</summary>
static class DeadLettersCommand
{
    const string PlaceShape = "PARTITION:OFFSET, as the list shows it, such as 3:4711";

    internal static Command Create() => new("dead-letters",
        "List and show the records that could not be read as transactions or labels, and put them back into their topic.")
    {
        CreateList(), CreateShow(), CreateReplay(),
    };

    static Command CreateList()
    {
        var settings = new SettingsOptions();
        var stream = StreamOption();
        var topic = TopicOption();
        var reason = new Option<string?>("--reason") { Description = "Only this reason code, such as malformed_json", HelpName = "CODE" };
        var partition = new Option<int?>("--partition") { Description = "Only this partition", HelpName = "N" };
        var since = Durations.OptionalOption("--since", "Only those written in this long a time before now");
        var pending = new Option<bool>("--pending") { Description = "Leave out those that were replayed" };
        var limit = new Option<int>("--limit")
        {
            Description = "At most so many, the newest; the counts are of all",
            HelpName = "N",
            DefaultValueFactory = _ => 50,
        };
        var command = new Command("list", "Count dead letters by reason, and list the newest.") { stream, topic, reason, partition, since, pending, limit };
        settings.AddTo(command, needsKafka: false);
        command.Validators.Add(result =>
        {
            if (result.GetResult(limit) is not null && result.GetValue(limit) < 1) result.AddError("--limit must be 1 or more.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var store = new DeadLetterStore(ServiceOptions.ReadAlerts(settings.CreateBuilder(parsed).Configuration));
            var filter = new DeadLetterFilter
            {
                StreamId = parsed.GetValue(stream),
                Topic = parsed.GetValue(topic),
                ReasonCode = parsed.GetValue(reason),
                Partition = parsed.GetValue(partition),
                Since = TimeProvider.System.GetUtcNow() - parsed.GetValue(since),
                PendingOnly = parsed.GetValue(pending),
            };
            var counts = await store.CountAsync(filter, cancellationToken);
            DeadLetterText.WriteList(Console.Out, counts, await store.LatestAsync(filter, parsed.GetValue(limit), cancellationToken));
            return 0;
        });
        return command;
    }

    static Command CreateShow()
    {
        var settings = new SettingsOptions();
        var place = PlaceArgument();
        var stream = StreamOption();
        var topic = TopicOption();
        var command = new Command("show", "Show one dead letter: its reason, its replay, and its bytes with card numbers masked.") { place, stream, topic };
        settings.AddTo(command, needsKafka: false);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var wanted = parsed.GetValue(place) with { Topic = parsed.GetValue(topic) };
            await using var store = new DeadLetterStore(ServiceOptions.ReadAlerts(settings.CreateBuilder(parsed).Configuration));
            var found = await store.LatestAsync(wanted.Filter(parsed.GetValue(stream)), count: 2, cancellationToken);
            if (found.Count == 0) throw new UserError($"There is no dead letter at {wanted}. See: vigil dead-letters list");
            if (found.Count > 1)
            {
                var first = found[0].Letter.Partition;
                throw new UserError(
                    $"Several topics or streams have a dead letter at {wanted}. Say which: --topic {first.Topic} --stream {first.StreamId}");
            }
            DeadLetterText.Write(Console.Out, found[0]);
            return 0;
        });
        return command;
    }

    static Command CreateReplay()
    {
        var settings = new SettingsOptions();
        var place = PlaceArgument();
        var topic = TopicOption();
        var record = new Option<string?>("--record")
        {
            Description = "A corrected record to send instead of the original; - reads standard input",
            HelpName = "FILE",
        };
        var again = new Option<bool>("--again") { Description = "Replay although it was replayed before; the transaction may then be scored twice" };
        var by = new Option<string>("--by") { Description = "Who does it, for the audit", HelpName = "NAME", DefaultValueFactory = _ => Environment.UserName };
        var command = new Command("replay",
            "Put a record that was rejected back into its topic, as a new record at the end of its partition: "
            + "the original as Kafka still has it, or a corrected one.\n"
            + "It must be a transaction, or in its topic a label, by today's rules. Who, when and where to is kept; a second replay is refused.")
        {
            place, topic, record, again, by,
        };
        settings.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(by) is not null && string.IsNullOrWhiteSpace(result.GetValue(by)))
                result.AddError("--by is empty; give the name of who does it.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = ServiceOptions.Read(settings.CreateBuilder(parsed).Configuration);
            string streamId = await StreamIdentity.ReadAsync(options.Kafka, runId: "");
            byte[]? corrected = parsed.GetValue(record) is { } file ? await ReadAsync(file, cancellationToken) : null;
            using var run = new DeadLetterReplayRun(options, streamId, TimeProvider.System);
            var request = new DeadLetterReplayRequest(parsed.GetValue(by)!, corrected is not null, parsed.GetValue(again));
            var created = await run.RunAsync(parsed.GetValue(place) with { Topic = parsed.GetValue(topic) }, request, corrected, cancellationToken);
            Console.WriteLine($"Replayed as {created.Partition}:{created.Offset}.");
            return 0;
        });
        return command;
    }

    static async Task<byte[]> ReadAsync(string file, CancellationToken cancellationToken)
    {
        if (file != "-") return await File.ReadAllBytesAsync(file, cancellationToken);
        await using var input = Console.OpenStandardInput();
        using var bytes = new MemoryStream();
        await input.CopyToAsync(bytes, cancellationToken);
        return bytes.ToArray();
    }

    static Option<string?> StreamOption() => new("--stream")
    {
        Description = "Only this stream: the cluster's and the topic's id, as the list shows it",
        HelpName = "ID",
    };

    static Option<string?> TopicOption() => new("--topic") { Description = "Only this topic, where several have a record at one place", HelpName = "NAME" };

    static Argument<DeadLetterPlace> PlaceArgument() => new("place")
    {
        Description = PlaceShape,
        HelpName = "PARTITION:OFFSET",
        CustomParser = ParsePlace,
    };

    static DeadLetterPlace ParsePlace(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (text.Split(':') is [var partition, var offset]
            && int.TryParse(partition, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && long.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out long at))
        {
            return new(number, at);
        }
        result.AddError($"'{text}' is no record's place; expected is {PlaceShape}.");
        return default;
    }
}
