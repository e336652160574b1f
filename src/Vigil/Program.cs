using System.CommandLine;
using Vigil;

var root = new RootCommand("Vigil scores card transactions for fraud as they stream: Kafka, features, a sequence encoder, Postgres.")
{
    DemoCommand.Create(),
    ServeCommand.Create(),
    TrainCommand.Create(),
    BacktestCommand.Create(),
    FeaturesCommand.Create(),
    SimulateCommand.Create(),
    MigrateCommand.Create(),
    DeadLettersCommand.Create(),
    ScoresCommand.Create(),
    BrokerCommand.Create(),
};
return await CommandLine.RunAsync(root, args);
