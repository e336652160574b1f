using System.CommandLine;
using System.CommandLine.Parsing;

namespace Vigil;

/// <summary>Runs the verb that the command line names.</summary>
static class CommandLine
{
    /// <summary>What a shell calls a program that Ctrl-C ended.</summary>
    const int Interrupted = 130;

    /// <summary>The command line as it was given, for a checkpoint's provenance.</summary>
    internal static string Text(ParseResult parsed) => $"vigil {string.Join(' ', parsed.Tokens.Select(token => token.Value))}";

    /// <summary>The verb, and the one below it where there is one, each with a space behind it.</summary>
    static IEnumerable<string> Verbs(CommandResult result) =>
        result.Parent is CommandResult parent ? [.. Verbs(parent), result.Command.Name + " "] : [];

    /// <returns>The verb's exit code; <see cref="UserError.ExitCode"/> for what the user can mend, said in one line on standard error.</returns>
    internal static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var problem in parsed.Errors) Console.Error.WriteLine(problem.Message);
            Console.Error.WriteLine($"See: vigil {string.Concat(Verbs(parsed.CommandResult))}--help");
            return UserError.ExitCode;
        }
        try
        {
            // A verb drains what is in flight when it is cancelled; after 30 seconds the process ends all the same.
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
            });
        }
        catch (Exception error) when (UserError.Is(error))
        {
            Console.Error.WriteLine($"vigil: {error.Message}");
            return UserError.ExitCode;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("vigil: interrupted");
            return Interrupted;
        }
    }
}
