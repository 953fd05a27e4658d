targetScope = 'subscription'
output l string = deployment().location
output id string = subscription().id
